/* SPDX-License-Identifier: MIT */
/* Presentation: one moment at a time in large type, for a lecture hall. The keys are the same;
   Escape leaves. */
'use strict';
(() => {
  const root = document.documentElement;
  const present = (on) => {
    if (on === root.classList.contains('present')) return;
    const folded = document.querySelector('details.scenario:not([hidden])');
    if (on && folded && !lab.currentRun()) folded.open = true;
    const run = lab.currentRun();
    why.textContent = on && !lab.stepper(run)
      ? run ? 'This run cannot be presented: it has no steps.' : 'There is no run to present.' : '';
    lab.translate(why);
    if (why.textContent) return;
    root.classList.toggle('present', on);
    toggle.setAttribute('aria-pressed', String(on));
    if (on) lab.dismissPrediction?.(run);
    for (const each of lab.runs()) each.classList.toggle('on-stage', on && each === run);
    lab.redraw();
    if (on) run.querySelector('.panel .body')?.focus();
    if (on && navigator.userActivation?.isActive) root.requestFullscreen?.().catch(() => {});
    if (!on && document.fullscreenElement) document.exitFullscreen();
  };
  const toggle = lab.tool('Present', () => present(!root.classList.contains('present')));
  toggle.setAttribute('aria-pressed', 'false');
  const why = lab.make('p', 'unseen why');
  why.setAttribute('role', 'status');
  document.querySelector('header.top').append(why);
  addEventListener('keydown', (event) => { if (event.key === 'Escape') present(false); });
  document.addEventListener('fullscreenchange', () => { if (!document.fullscreenElement) present(false); });
})();
