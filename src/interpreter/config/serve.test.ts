/** `serve` of a configuration: every mistake at its line, and no text of a credential in any message. */
import { describe, expect, it } from 'vitest';
import { readConfig } from './read.ts';

const hash = `sha256:${'a'.repeat(64)}`;
const read = (serve: string) =>
  readConfig(`environments: { prod: {}, lab: {} }\nserve:\n${serve}`, '/etc/runbook/runbook.config.yaml');

describe('serve of a configuration', () => {
  it('is read whole', () => {
    const { config, diagnostics } = read(
      [
        '  url: https://runbook.example.org/',
        '  oidc: { issuer: "https://id.example.org", clientId: x, clientSecret: "file:secret", admit: [oncall], roles: { ic: [a] } }',
        `  people: { ana: { token: "${hash}", roles: [ic] } }`,
        `  agents: { triage: { token: "${hash}", onBehalfOf: ana } }`,
        '  mayStart: { prod: [ic] }',
        `  alertmanager: { token: "${hash}", rules: [{ labels: { env: prod }, environment: prod, severity: SEV1, startAlone: [x] }] }`,
        '  traces: { endpoint: "http://127.0.0.1:4318/v1/traces" }',
      ].join('\n'),
    );
    expect(diagnostics).toEqual([]);
    expect(config.serve).toMatchObject({
      url: 'https://runbook.example.org',
      oidc: {
        clientSecret: 'file:/etc/runbook/secret',
        name: 'preferred_username',
        groups: 'groups',
        scopes: ['openid', 'profile'],
      },
      behindProxy: false,
    });
  });

  it.each([
    ['  url: http://runbook.example.org', 'url must be an https address'],
    ['  people: { ana: { token: hunter2-hunter2 } }', 'a token is kept as its hash'],
    [
      '  oidc: { issuer: "https://x", clientId: y, clientSecret: hunter2-hunter2, admit: [a] }',
      'clientSecret is not a reference',
    ],
    [
      '  oidc: { issuer: "https://x", clientId: y, clientSecret: "exec:[hunter2]", admit: [a] }',
      'clientSecret is not a reference',
    ],
    ['  oidc: { issuer: "http://x.example", clientId: y, admit: [a] }', 'issuer must be an https address'],
    ['  oidc: { issuer: "https://x", clientId: y }', 'oidc.admit names no group, so nobody is let in'],
    ['  oidc: { issuer: "https://x", clientId: y, admit: [] }', 'oidc.admit names no group, so nobody is let in'],
    ['  oidc: { issuer: "https://x", clientId: y, admit: oncall }', 'admit must be a list of names'],
    ['  agents: { triage: { token: "x", onBehalfOf: "" } }', 'onBehalfOf is missing'],
    ['  mayStart: { prd: [ic] }', 'unknown environment "prd"'],
    ['  alertmanager: { rules: [] }', 'nothing proves who sends alerts'],
    [`  alertmanager: { token: "${hash}", rules: [{ environment: prod, severity: bad }] }`, 'severity must be SEV1 to SEV4'],
    ['  alertmanger: {}', 'unknown key "alertmanger"'],
    ['  people: []', 'people must be a mapping'],
  ])('%s: %s', (serve, message) => {
    const { diagnostics } = read(serve);
    const found = diagnostics.find((one) => one.message.includes(message));
    expect(found).toMatchObject({ code: 'config-serve', line: 3, severity: 'error' });
    expect(JSON.stringify(diagnostics)).not.toContain('hunter2');
  });
});
