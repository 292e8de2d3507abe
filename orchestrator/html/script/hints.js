/* SPDX-License-Identifier: MIT */
/* On hover or focus: a kernel function in one sentence with its source, from the list at the end of
   the page; and a socket lit wherever its name is. */
'use strict';
(() => {
  const { make } = lab;
  const known = new Map([...document.querySelectorAll('.functions dt')].map((each) => [each.dataset.function, each]));
  const hint = make('div', 'hint');
  hint.id = 'hint';
  hint.setAttribute('role', 'tooltip');
  hint.hidden = true;
  document.body.append(hint);
  let owner = null;

  const nameOf = (element) => {
    const named = element.closest?.('[data-function], a[href*="/A/ident/"]');
    if (!named || named.closest('.functions')) return [];
    return [named.closest('a') ?? named, named.dataset.function ?? named.getAttribute('href').split('/').pop()];
  };

  const hide = () => {
    owner?.removeAttribute('aria-describedby');
    owner = null;
    hint.hidden = true;
  };

  const show = (element, name) => {
    const entry = known.get(name);
    if (!entry) return hide();
    if (owner === element) return undefined;
    hide();
    owner = element;
    const file = entry.querySelector('.faint')?.textContent;
    hint.replaceChildren(make('code', '', `${name}()`), make('p', '', entry.nextElementSibling.textContent));
    if (file) hint.append(make('span', 'faint', file));
    owner.setAttribute('aria-describedby', hint.id);
    hint.hidden = false;
    const box = element.getBoundingClientRect(), own = hint.getBoundingClientRect();
    const below = box.bottom + 6 + own.height < innerHeight;
    hint.style.left = `${Math.max(6, Math.min(box.left, document.documentElement.clientWidth - own.width - 6))}px`;
    hint.style.top = `${below ? box.bottom + 6 : Math.max(6, box.top - own.height - 6)}px`;
    return undefined;
  };

  /* --- sockets --- */

  let pinned = '';
  const escaped = (name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const light = (run, name) => {
    for (const each of document.querySelectorAll('.lit')) each.classList.remove('lit');
    if (!name || !run) return;
    const word = new RegExp(`(^|[\\s·,;:(，；：（])${escaped(name)}([\\s:,;)，；：）]|$)`);
    for (const each of run.querySelectorAll('[data-socket]'))
      if (each.dataset.socket === name) each.classList.add('lit');
    for (const each of run.querySelectorAll('svg.ladder text, .paths td:last-child, .change'))
      if (word.test(each.textContent)) each.classList.add('lit');
  };
  const socketAt = (element) => element.closest?.('[data-socket]');

  const enter = (event) => {
    const [element, name] = nameOf(event.target);
    if (element) show(element, name);
    else if (!event.target.closest?.('.hint')) hide();
    const socket = socketAt(event.target);
    light((socket ?? event.target).closest?.('.run'), socket?.dataset.socket || pinned);
  };
  document.addEventListener('mouseover', enter);
  document.addEventListener('focusin', enter);
  document.addEventListener('focusout', hide);
  addEventListener('scroll', hide, { passive: true });
  addEventListener('keydown', (event) => { if (event.key === 'Escape') hide(); });

  /* Pressed, a socket stays lit. */
  const press = (event) => {
    const socket = event.target.closest?.('.socket[role="button"]');
    if (!socket) return false;
    pinned = pinned === socket.dataset.socket ? '' : socket.dataset.socket;
    for (const each of document.querySelectorAll('.socket[role="button"]'))
      each.setAttribute('aria-pressed', String(Boolean(pinned) && each.dataset.socket === pinned));
    light(socket.closest('.run'), pinned || socket.dataset.socket);
    return true;
  };
  document.addEventListener('click', press);
  document.addEventListener('keydown', (event) => {
    if ((event.key === 'Enter' || event.key === ' ') && press(event)) event.preventDefault();
  });
})();
