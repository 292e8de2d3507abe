/* SPDX-License-Identifier: MIT */
/* Two runs side by side: their moments, matched in order, and marked where they differ. Addresses
   and the names of functions differ between IPv4 and IPv6 by themselves, and times always do, so
   they are no differences. */
'use strict';
(() => {
  const { make, tool } = lab;
  const runs = lab.runs().filter((run) => run.querySelector('.instants'));
  if (runs.length < 2) return;
  const labels = new Map(runs.map((run) => [run, run.getAttribute('aria-label')]));

  const plain = (text) => text.replace(/\s+/g, ' ').trim();
  const common = (text) => plain(text)
    .replace(/\[?\b[0-9a-f]{1,4}(:[0-9a-f]{0,4}){2,}\]?/g, 'ADDRESS').replace(/\b\d+\.\d+\.\d+\.\d+\b/g, 'ADDRESS')
    .replace(/(tcp_)v6_/g, '$1v4_').replace(/inet6_/g, 'inet_').replace(/ipv6_/g, 'ipv4_')
    .replace(/(bucket|桶) \d+/g, '$1').replace(/^\d+(-\d+)? /, '');
  /* What happened, and how: the second may differ where the first is the same. */
  const momentsOf = (run) => [...run.querySelectorAll('.instants > li')].map((item) => {
    const what = plain([...item.querySelector('.what').childNodes].slice(1).map((each) => each.textContent).join(''));
    const searches = [...item.querySelectorAll('.arrival-lookup > li:not(.skipped)')]
      .map((each) => plain(`${each.querySelector('b').textContent} ${each.querySelector('.result').textContent}`));
    const notes = [...item.querySelectorAll(':scope > .verdict, :scope > .change')].map((each) => plain(each.textContent));
    const how = [searches.join(' · '), ...notes].filter(Boolean);
    return { what, how, number: item.id.split('-t-')[1], run: run.id,
      key: common(what), same: common(how.join(' / ')) };
  });

  /* The longest sequence that both have. */
  const matched = (left, right) => {
    const best = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
    for (let i = left.length - 1; i >= 0; --i)
      for (let j = right.length - 1; j >= 0; --j)
        best[i][j] = left[i].key === right[j].key ? best[i + 1][j + 1] + 1 : Math.max(best[i + 1][j], best[i][j + 1]);
    const rows = [];
    for (let i = 0, j = 0; i < left.length || j < right.length;) {
      if (i < left.length && j < right.length && left[i].key === right[j].key) rows.push([left[i++], right[j++]]);
      else if (j >= right.length || (i < left.length && best[i + 1][j] >= best[i][j + 1])) rows.push([left[i++], null]);
      else rows.push([null, right[j++]]);
    }
    return rows;
  };

  const cell = (moment) => {
    const element = make('td');
    if (!moment) return element;
    const link = make('a', '', moment.what);
    link.href = `#${moment.run}&t=${moment.number}`;
    element.append(link, ...moment.how.map((each) => make('span', 'how', each)));
    return element;
  };

  const section = make('section', 'compare');
  section.setAttribute('aria-label', 'Two runs side by side');
  section.hidden = true;
  const heading = make('h2', '', 'Two runs side by side');
  const about = make('p', 'about', 'Their moments in order. ≠ differs, − only left, + only right. Times, addresses and buckets are not compared.');
  const choose = (at, name) => {
    const select = make('select');
    select.setAttribute('aria-label', name);
    runs.forEach((run, index) => select.append(new Option(labels.get(run), index)));
    select.selectedIndex = at;
    return select;
  };
  const left = choose(0, 'Left run'), right = choose(1, 'Right run');
  const count = make('output');
  const only = make('input');
  only.type = 'checkbox';
  const differing = make('label');
  differing.append(only, ' ', make('span', '', 'differences only'));
  const wide = make('div', 'wide');
  wide.tabIndex = 0;
  wide.setAttribute('role', 'group');
  wide.setAttribute('aria-label', 'Moments of both runs');
  const choices = make('div', 'choices');
  choices.append(left, right, differing, count);
  section.append(heading, about, choices, wide);
  document.querySelector('main').prepend(section);

  const draw = () => {
    const rows = matched(momentsOf(runs[left.value]), momentsOf(runs[right.value]));
    const table = make('table'), head = table.createTHead().insertRow(), body = table.createTBody();
    for (const text of ['', labels.get(runs[left.value]), labels.get(runs[right.value])]) {
      const th = make(text ? 'th' : 'td', '', text);
      if (text) th.scope = 'col';
      head.append(th);
    }
    let differences = 0;
    for (const [one, other] of rows) {
      const sign = !one ? '+' : !other ? '−' : one.same === other.same ? '' : '≠';
      differences += Boolean(sign);
      if (only.checked && !sign) continue;
      const row = body.insertRow();
      row.className = { '+': 'right', '−': 'left', '≠': 'differs' }[sign] ?? '';
      row.append(make('td', 'sign', sign), cell(one), cell(other));
    }
    count.textContent = `${differences} ≠ / ${rows.length}`;
    wide.replaceChildren(table);
    lab.translate(section);
  };
  section.addEventListener('change', draw);
  const toggle = tool('Compare', () => {
    section.hidden = !section.hidden;
    toggle.setAttribute('aria-pressed', String(!section.hidden));
    if (section.hidden) return;
    lab.runs().forEach((run) => lab.dismissPrediction?.(run));
    draw();
    section.scrollIntoView();
  });
  toggle.setAttribute('aria-pressed', 'false');
})();
