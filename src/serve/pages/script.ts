/**
 * The one script. It hears of changes and puts in their place what the server has rendered. What somebody is about to answer stays untouched until the
 * question itself has changed. A line that was cut is told, and the browser comes back by itself with the number of the last change it has seen.
 */
export const script = `'use strict';
(() => {
  const live = document.body.dataset.live;
  if (!live || !window.EventSource) return;
  const source = new EventSource(live);
  const opened = (section) => new Set([...section.querySelectorAll('details[open] > summary')].map((one) => one.textContent));
  const put = (next) => {
    const now = document.getElementById(next.id);
    if (!now || (now.dataset.version && now.dataset.version === next.dataset.version)) return;
    const open = opened(now);
    for (const summary of next.querySelectorAll('details > summary'))
      if (open.has(summary.textContent)) summary.parentElement.open = true;
    now.replaceWith(next);
  };
  source.addEventListener('change', (event) => {
    const page = new DOMParser().parseFromString(event.data, 'text/html');
    for (const section of [...page.body.children]) if (section.id) put(section);
  });
  const line = document.getElementById('line');
  source.addEventListener('open', () => { if (line) line.textContent = 'live'; });
  source.addEventListener('error', () => { if (line) line.textContent = 'Connection lost. Trying to reconnect; what you see may be out of date.'; });
  source.addEventListener('end', () => { source.close(); if (line) line.textContent = ''; });
})();
`;
