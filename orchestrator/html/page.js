/* SPDX-License-Identifier: MIT */
/* What a reader can do without: a switch between light and dark, folding of all, a
   filter for the index, and the way to what a link points at if that is folded or
   behind another tab. */
'use strict';
(() => {
  document.documentElement.classList.add('script');
  const top = document.querySelector('header.top');
  const tools = document.createElement('div');
  tools.className = 'tools';
  top.append(tools);

  const button = (text, act) => {
    const element = document.createElement('button');
    element.type = 'button';
    element.textContent = text;
    element.addEventListener('click', act);
    tools.append(element);
    return element;
  };

  /* Light and dark: the system's choice, until the reader makes one. */
  const dark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  };
  const theme = button('', () => {
    document.documentElement.dataset.theme = dark() ? 'light' : 'dark';
    name();
  });
  const name = () => { theme.textContent = dark() ? 'Light' : 'Dark'; };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', name);
  name();

  const fold = (open) => document.querySelectorAll('details').forEach((each) => { each.open = open; });
  /* Of a whole atlas all parts at once would be more than a browser likes. */
  if (document.querySelectorAll('.run').length <= 30) button('Open all', () => fold(true));
  button('Close all', () => fold(false));

  /* A link into something folded opens it, and chooses its tab. */
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let each = target; each; each = each.parentElement)
      if (each.tagName === 'DETAILS') each.open = true;
    const run = target.closest('.run');
    if (run) document.getElementById(`${run.id}-tab`).checked = true;
    const inner = target.closest('section')?.querySelector(':scope > details');
    if (inner) inner.open = true;
    target.scrollIntoView();
  };
  addEventListener('hashchange', reveal);
  reveal();

  /* Paper cannot be opened. */
  let shut = [];
  addEventListener('beforeprint', () => {
    shut = [...document.querySelectorAll('details:not([open])')];
    shut.forEach((each) => { each.open = true; });
  });
  addEventListener('afterprint', () => shut.forEach((each) => { each.open = false; }));

  /* The index: by words, and by verdict. */
  const table = document.querySelector('table.runs');
  if (!table) return;
  const rows = [...table.tBodies[0].rows];
  const form = document.createElement('form');
  form.className = 'filter';
  form.innerHTML =
    '<label>Filter <input type="search" placeholder="words of the run or its title"></label>' +
    '<label>Verdict <select><option value="">all</option><option value="fail">failed</option>' +
    '<option value="unseen">not observed</option><option value="pass">passed</option></select></label>' +
    '<output></output>';
  const [words, verdict, shown] = ['input', 'select', 'output'].map((each) => form.querySelector(each));
  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const fits = (!verdict.value || row.className === verdict.value) &&
        wanted.every((word) => text.includes(word));
      row.hidden = !fits;
      count += fits;
    }
    const run = (row) => document.getElementById(row.querySelector('a').hash.slice(1));
    const wantedScenarios = new Set(rows.filter((row) => !row.hidden).map((row) => run(row).closest('.scenario')));
    for (const scenario of document.querySelectorAll('.scenario')) scenario.hidden = !wantedScenarios.has(scenario);
    shown.textContent = `${count} of ${rows.length}`;
  };
  form.addEventListener('input', filter);
  form.addEventListener('submit', (event) => event.preventDefault());
  table.before(form);
  filter();
})();
