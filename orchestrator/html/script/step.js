/* SPDX-License-Identifier: MIT */
/* Steps through the moments of a run: arrow keys, space, a scrubber, a click in the ladder, and
   links such as #run-1&t=15. */
'use strict';
(() => {
  const { make, button } = lab;
  const steppers = new Map();

  const rowsOf = (svg, item) => {
    const rows = [...svg.querySelectorAll(`g[data-row="${item.dataset.row}"]`)];
    const message = rows.filter((row) => row.dataset.message === item.dataset.message);
    return message.length ? message : rows;
  };

  /* A band behind the rows of the moment, in the ladder that is shown. */
  const mark = (run, item) => {
    let seen = null;
    for (const svg of run.querySelectorAll('svg.ladder')) {
      svg.querySelector('.now')?.remove();
      svg.querySelectorAll('.at').forEach((each) => each.classList.remove('at'));
      const rows = rowsOf(svg, item);
      rows.forEach((row) => row.classList.add('at'));
      const boxes = rows.map((row) => row.getBBox()).filter((box) => box.height > 0);
      if (!boxes.length) continue;
      const top = Math.min(...boxes.map((box) => box.y));
      const end = Math.max(...boxes.map((box) => box.y + box.height));
      const band = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
      for (const [name, value] of Object.entries({ class: 'now', x: 0, y: top - 3, height: end - top + 6, rx: 4 }))
        band.setAttribute(name, value);
      band.setAttribute('width', svg.viewBox.baseVal.width);
      svg.querySelector('.sheet').after(band);
      if (svg.checkVisibility()) seen = band;
    }
    return seen;
  };

  /* To the middle of what the panel leaves of the window, if it is not seen well. */
  const bring = (band, panel) => {
    const box = band.getBoundingClientRect(), beside = panel.getBoundingClientRect();
    const below = getComputedStyle(panel).bottom === '0px';
    const end = below ? Math.min(beside.top, innerHeight - beside.height) : innerHeight;
    if (box.top < 40 || box.bottom > end - 20) scrollBy(0, (box.top + box.bottom - end) / 2);
  };

  const begin = (run) => {
    const items = [...run.querySelectorAll('.instants > li')];
    const stage = run.querySelector('.stage');
    if (!items.length || !stage) return null;
    const panel = make('section', 'panel');
    panel.id = `${run.id}-panel`;
    panel.setAttribute('aria-label', 'The moment');
    panel.setAttribute('aria-labelledby', `${run.id} ${panel.id}`);
    const controls = make('div', 'controls');
    const scrubber = make('input');
    scrubber.type = 'range';
    scrubber.min = 1;
    scrubber.max = items.length;
    scrubber.setAttribute('aria-label', 'Moment');
    const place = make('output', 'place');
    const what = make('p', 'what');
    what.setAttribute('aria-live', 'polite');
    const body = make('div', 'body');
    body.tabIndex = 0;
    body.setAttribute('role', 'group');
    body.setAttribute('aria-label', 'The tables at this moment');
    let chosen = -1;

    const show = (index, { scroll = true, link = true } = {}) => {
      chosen = Math.max(0, Math.min(items.length - 1, index));
      const item = items[chosen];
      scrubber.value = chosen + 1;
      place.textContent = `${chosen + 1} / ${items.length}`;
      const words = item.querySelector('.what').textContent;
      scrubber.setAttribute('aria-valuetext', words);
      what.replaceChildren(...[...item.querySelector('.what').childNodes].map((each) => each.cloneNode(true)));
      lab.panel(body, item);
      body.scrollTop = 0;
      const band = mark(run, item);
      if (scroll && band) bring(band, panel);
      if (link) history.replaceState(null, '', `#${run.id}&t=${chosen + 1}`);
    };
    const move = (by) => show(chosen + by);
    const back = button('◀', () => move(-1)), on = button('▶', () => move(1));
    back.setAttribute('aria-label', 'Previous moment');
    on.setAttribute('aria-label', 'Next moment');
    scrubber.addEventListener('input', () => show(Number(scrubber.value) - 1));
    controls.append(back, scrubber, on, place);
    panel.append(controls, what, body, make('p', 'keys about', '← → and space go from moment to moment.'));
    stage.append(panel);
    for (const svg of run.querySelectorAll('svg.ladder'))
      svg.addEventListener('click', (event) => {
        const row = event.target.closest('a') ? null : event.target.closest('g[data-row]');
        if (!row) return;
        const fits = (item) => item.dataset.row === row.dataset.row;
        const exact = items.findIndex((item) => fits(item) && item.dataset.message === row.dataset.message);
        const index = exact >= 0 ? exact : items.findIndex(fits);
        if (index >= 0) show(index, { scroll: false });
      });
    lab.translate(panel);
    const first = items.findIndex((item) => item.querySelector('.arrival-lookup'));
    return { show, move, redraw: () => show(chosen < 0 ? Math.max(first, 0) : chosen, { scroll: false, link: false }) };
  };

  /* Built when a run is first shown: of an atlas most never are. */
  const stepper = (run) => {
    if (!run) return null;
    if (!steppers.has(run)) steppers.set(run, begin(run));
    return steppers.get(run);
  };
  const shown = () => lab.runs().filter((run) => run.checkVisibility());
  const redraw = () => shown().forEach((run) => stepper(run)?.redraw());

  /* The run that the keys are for: the one that is seen most. */
  const current = () => {
    const focused = document.activeElement?.closest('.run');
    if (focused?.checkVisibility()) return focused;
    const seen = (run) => {
      const box = run.getBoundingClientRect();
      return Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
    };
    return shown().sort((one, other) => seen(other) - seen(one))[0];
  };

  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const typing = event.target.closest?.('input, select, textarea');
    const pressing = event.target.closest?.('button, a, summary, label, [role="button"]');
    const by = { ArrowRight: 1, ArrowLeft: -1, ' ': event.shiftKey ? -1 : 1 }[event.key];
    if (!by || typing || (event.key === ' ' && pressing)) return;
    const run = current();
    if (!run || run.classList.contains('guess')) return;
    /* Keys scroll what is too wide for its place. */
    const wide = event.key !== ' ' && event.target.closest?.('.wide');
    if (wide && wide.scrollWidth > wide.clientWidth) return;
    event.preventDefault();
    stepper(run)?.move(by);
  });

  const follow = () => {
    const [, id, number] = /^#(run-\d+)&t=(\d+)$/.exec(location.hash) ?? [];
    const run = id && document.getElementById(id);
    if (!run) return;
    lab.dismissPrediction?.(run);
    redraw();
    stepper(run)?.show(Number(number) - 1);
  };
  addEventListener('hashchange', () => { redraw(); follow(); });
  document.addEventListener('change', (event) => { if (event.target.closest('.tabs')) redraw(); });
  document.addEventListener('toggle', (event) => { if (event.target.matches('.scenario')) redraw(); }, true);
  let resized = 0;
  addEventListener('resize', () => {
    cancelAnimationFrame(resized);
    resized = requestAnimationFrame(redraw);
  });
  lab.stepper = stepper;
  lab.redraw = redraw;
  lab.currentRun = current;
  lab.start = () => { redraw(); follow(); };
})();
