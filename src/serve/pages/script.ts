/**
 * The one script. It hears of changes and puts in their place what the server has rendered. What somebody is about to answer stays untouched until the
 * question itself has changed. A connection that is lost, or silent for longer than two beats of the server, is told; the script tries again until the server
 * answers, and says so where somebody has to sign in again.
 */
export const script = `'use strict';
(() => {
  const live = document.body.dataset.live;
  const line = document.getElementById('line');
  if (!live || !line || !window.EventSource) return;
  const silentMs = 45000, lookMs = 2000;
  let source, heard = Date.now(), isOver = false;
  const tell = (text, cut) => { line.textContent = text; line.classList.toggle('cut', cut); };
  const since = () => new Date(heard).toLocaleTimeString();
  const stop = () => { isOver = true; source.close(); };
  const cut = () => tell('Connection lost; trying again. What you see is from ' + since() + ' and may be out of date.', true);
  const opened = (section) => new Set([...section.querySelectorAll('details[open] > summary')].map((one) => one.textContent));
  const put = (next) => {
    const now = document.getElementById(next.id);
    if (!now || (now.dataset.version && now.dataset.version === next.dataset.version)) return;
    const open = opened(now);
    for (const summary of next.querySelectorAll('details > summary'))
      if (open.has(summary.textContent)) summary.parentElement.open = true;
    now.replaceWith(next);
  };
  const hear = () => { heard = Date.now(); tell('live', false); };
  const connect = () => {
    if (source) source.close();
    source = new EventSource(live);
    source.addEventListener('open', hear);
    source.addEventListener('beat', hear);
    source.addEventListener('change', (event) => {
      hear();
      const page = new DOMParser().parseFromString(event.data, 'text/html');
      for (const section of [...page.body.children]) if (section.id) put(section);
    });
    source.addEventListener('error', cut);
    source.addEventListener('end', () => { stop(); tell('', false); });
  };
  const look = async () => {
    const isSilent = Date.now() - heard > silentMs;
    if (source.readyState !== EventSource.CLOSED && !isSilent) return;
    cut();
    const page = await fetch(location.href, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    if (page && page.type === 'opaqueredirect') {
      stop();
      tell('You are signed out. Reload this page to sign in; what you see is from ' + since() + ' and may be out of date.', true);
    } else if (page && page.ok) connect();
  };
  const lookAgain = () => setTimeout(() => look().finally(() => isOver || lookAgain()), lookMs);
  window.addEventListener('pageshow', (event) => { if (event.persisted && !isOver) connect(); });
  connect();
  lookAgain();
})();
`;
