/* SPDX-License-Identifier: MIT */
/* Presentation: one moment at a time in large type, for a lecture hall. The keys are the same;
   Escape leaves. */
'use strict';
(() => {
  if (!document.querySelector('.instants')) return;
  const root = document.documentElement;
  const present = (on) => {
    if (on === root.classList.contains('present')) return;
    const folded = document.querySelector('details.scenario:not([hidden])');
    if (on && folded && !lab.currentRun()) folded.open = true;
    const run = lab.currentRun();
    if (on && !lab.stepper(run)) return;
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
  addEventListener('keydown', (event) => { if (event.key === 'Escape') present(false); });
  document.addEventListener('fullscreenchange', () => { if (!document.fullscreenElement) present(false); });
})();
