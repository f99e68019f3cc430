/** Builds the house from a configuration: what must be known before the first call is found out here, or the server does not start. */
import { accountName, mayVouch } from '../interpreter/link/account.ts';
import { signingKey } from '../clients/messages/signature.ts';
import { usage } from '../console/exit-codes.ts';
import type { Config, ServeSettings } from '../interpreter/config/config.ts';
import { resolveSecret } from '../interpreter/config/secrets.ts';
import type { RunService } from '../service/run-service.ts';
import { alertDesk } from './alerts/desk.ts';
import { knownAlerts } from './alerts/known.ts';
import { senderCheck } from './alerts/sender.ts';
import type { House } from './house.ts';
import type { HousePlace } from './starts.ts';
import { actorFor } from './identity/actors.ts';
import { oidcSignIn } from './identity/oidc.ts';
import { sessionStore } from './identity/sessions.ts';
import { hubOf } from './live/hub.ts';
import { countsOf } from './signals/counts.ts';
import type { Exporter } from './signals/export.ts';
import { traceExporter } from './signals/export.ts';

/** How long a secret may take to be read, ms. */
const secretMs = 5000;

export interface HouseParts {
  readonly config: Config;
  readonly settings: ServeSettings;
  readonly place: HousePlace;
  readonly service: RunService;
  readonly stopping: AbortSignal;
  readonly now: () => number;
}

/** Throws CommandError. */
export async function openHouse(opening: HouseParts): Promise<House> {
  const { config, settings, place, now } = opening;
  const account = accountOfServer(config);
  const counts = countsOf();
  let exporter: Exporter | undefined;
  const service = observed(opening.service, (run) => exporter?.follow(run));
  const hub = hubOf(service);
  if (settings.traces !== undefined) {
    exporter = traceExporter(settings.traces.endpoint, hub, counts, opening.stopping);
    for (const { run, state } of await service.list()) if (state === 'running' || state === 'waiting') exporter.follow(run);
  }
  const base = { service, settings, config, place, account, sessions: sessionStore(), hub, counts, now };
  return { ...base, ...(await signInOf(settings, now)), ...(await alertsOf(base)) };
}

/** Everybody who comes in is somebody else than this account only by its word, so the configuration must say that it counts. */
function accountOfServer(config: Config): string {
  const uid = process.getuid?.();
  const account = uid === undefined ? '' : accountName(uid);
  if (mayVouch(uid, config)) return account;
  throw usage(
    `the account ${account} may not vouch for people: ${config.path ?? 'the configuration'} does not list it`,
    `add vouchingAccounts: [${account}]; use an account that nobody else has`,
  );
}

/** The service, with somebody who hears of each run that is started. */
const observed = (service: RunService, onStart: (run: string) => void): RunService => ({
  ...service,
  start: async (order) => {
    const run = await service.start(order);
    onStart(run);
    return run;
  },
});

async function signInOf({ oidc, url }: ServeSettings, now: () => number): Promise<Pick<House, 'signIn'>> {
  if (oidc === undefined) return {};
  if (url === undefined) throw usage('serve.url is missing', 'the issuer sends people back to it: https://runbook.example.org');
  const secret = oidc.clientSecret === undefined ? undefined : await secretOf(oidc.clientSecret);
  return { signIn: oidcSignIn(oidc, secret, url, now) };
}

async function alertsOf(house: Omit<House, 'alerts'>): Promise<Pick<House, 'alerts'>> {
  const settings = house.settings.alertmanager;
  if (settings === undefined) return {};
  const text = settings.signingKey === undefined ? undefined : await secretOf(settings.signingKey);
  const key = text === undefined ? undefined : signingKey(text);
  if (text !== undefined && (key === undefined || key.length < 24))
    throw usage(
      'serve.alertmanager.signingKey has fewer than 24 bytes, or is not base64 after whsec_',
      'openssl rand -base64 32',
    );
  return {
    alerts: alertDesk({
      ...house,
      settings,
      checkSender: senderCheck(settings, key, house.now),
      actor: actorFor({ is: 'webhook', name: 'alertmanager' }, house.account),
      known: await knownAlerts(house.service),
    }),
  };
}

const secretOf = (reference: string): Promise<string> =>
  resolveSecret(reference, AbortSignal.timeout(secretMs)).catch((problem: unknown) => {
    throw usage(`serve: ${(problem as Error).message}`, 'a reference is env:NAME or file:/path');
  });
