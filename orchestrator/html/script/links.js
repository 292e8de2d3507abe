/* SPDX-License-Identifier: MIT */
/* Opens what a link points at if that is collapsed or behind another tab. */
'use strict';
(() => {
  const reveal = () => {
    const name = decodeURIComponent(location.hash.slice(1)).split('&')[0];
    const target = name && document.getElementById(name);
    if (!target) return;
    for (let each = target; each; each = each.parentElement)
      if (each.tagName === 'DETAILS') each.open = true;
    const run = target.closest('.run');
    if (run) document.getElementById(`${run.id}-tab`).checked = true;
    const inner = target.closest('section')?.querySelector(':scope > details');
    if (inner) inner.open = true;
    if (!location.hash.includes('&')) target.scrollIntoView();
  };
  addEventListener('hashchange', reveal);
  reveal();
})();
