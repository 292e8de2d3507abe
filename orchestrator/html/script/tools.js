/* SPDX-License-Identifier: MIT */
/* What a reader can do without: a switch between light and dark, and folding of all. The files
   after this one share `lab`. */
'use strict';
const lab = (() => {
  document.documentElement.classList.add('script');
  const top = document.querySelector('header.top');
  const tools = document.createElement('div');
  tools.className = 'tools';
  top.append(tools);

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const button = (text, act) => {
    const element = make('button', '', text);
    element.type = 'button';
    element.addEventListener('click', act);
    return element;
  };
  const tool = (text, act) => {
    const element = button(text, act);
    tools.append(element);
    return element;
  };

  /* Light and dark: the system's choice, until the reader makes one. */
  const dark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  };
  const theme = tool('', () => {
    document.documentElement.dataset.theme = dark() ? 'light' : 'dark';
    name();
  });
  const name = () => { theme.textContent = dark() ? 'Light' : 'Dark'; translate(theme); };
  let translate = () => {};
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', name);
  name();

  const fold = (open) => document.querySelectorAll('details').forEach((each) => { each.open = open; });
  /* Of a whole atlas all parts at once would be more than a browser likes. */
  if (document.querySelectorAll('.run').length <= 30) tool('Open all', () => fold(true));
  tool('Close all', () => fold(false));

  /* Paper cannot be opened. */
  let shut = [];
  addEventListener('beforeprint', () => {
    shut = [...document.querySelectorAll('details:not([open])')];
    shut.forEach((each) => { each.open = true; });
  });
  addEventListener('afterprint', () => shut.forEach((each) => { each.open = false; }));

  return {
    make, button, tool,
    runs: () => [...document.querySelectorAll('.run')],
    /* Called for each element that the script adds or changes (language.js). */
    translate: (element) => translate(element),
    translateBy: (act) => { translate = act; },
  };
})();
