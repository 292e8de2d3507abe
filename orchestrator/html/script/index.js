/* SPDX-License-Identifier: MIT */
/* The filter of the index: by words, and by verdict. */
'use strict';
(() => {
  const table = document.querySelector('table.runs');
  if (!table) return;
  const rows = [...table.tBodies[0].rows];
  const form = lab.make('form', 'filter');
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
