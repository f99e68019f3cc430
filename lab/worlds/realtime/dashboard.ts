/** The dashboard that an operator compares with: one page, renewed every second. */

export function dashboard(ratios: Readonly<Record<string, number>>): string {
  const rows = Object.entries(ratios).map(
    ([venue, ratio]) =>
      `<tr><td>${venue}</td><td>${Number.isNaN(ratio) ? 'no traffic' : `${(ratio * 100).toFixed(1)} %`}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="1"><title>WebSocket gaps</title></head>
<body><h1>Sequence gaps by venue</h1><table><tr><th>Venue</th><th>Gap ratio, last 10 s</th></tr>${rows.join('')}</table></body></html>
`;
}
