/* SPDX-License-Identifier: MIT */
/* Predict first: of a single scenario nothing is shown until the reader has predicted, or does not
   want to. A page with a failure is read for the failure, so it asks nothing. */
'use strict';
(() => {
  const { make, button } = lab;
  const sections = [...document.querySelectorAll('.prediction')];
  const alone = !document.querySelector('details.scenario');
  const failed = document.querySelector('.badge.fail');
  const hide = alone && !failed && sections.length > 0;

  const reveal = (section, prediction) => {
    section.closest('.run').classList.remove('guess');
    section.classList.add('answered');
    section.hidden = !prediction;
    if (!prediction) return;
    const seen = section.dataset.seen;
    const right = prediction === seen;
    const verdict = make('p', 'told-apart');
    verdict.append(make('span', '', 'You predicted'), ' ', make('strong', '', prediction));
    if (seen)
      verdict.append(' ', make('span', `mark ${right ? 'pass' : 'fail'}`, right ? '✓' : '✗'), ' ',
        make('span', '', 'This run:'), ' ', make('strong', '', seen));
    section.querySelector('.told-apart')?.remove();
    section.querySelector('.question').after(verdict);
    section.querySelector('.answer').open = !seen;
    lab.translate(section);
  };
  const answer = (prediction) => {
    for (const each of sections) reveal(each, prediction);
    lab.redraw();
    const section = sections.find((each) => each.checkVisibility());
    section?.scrollIntoView();
  };

  for (const section of sections) {
    const list = section.querySelector('.choices');
    for (const item of list.children) {
      const words = item.textContent;
      item.replaceChildren(button(words, () => {
        if (hide) answer(words); else reveal(section, words);
        const heading = section.querySelector('h3');
        heading.tabIndex = -1;
        heading.focus();
      }));
    }
    if (!hide) continue;
    section.closest('.run').classList.add('guess');
    const item = make('li');
    item.append(button('Show without a prediction', () => answer('')));
    item.firstChild.className = 'skip';
    list.append(item);
  }
  lab.dismissPrediction = (run) => { if (run.classList.contains('guess')) answer(''); };
})();
