/** What every route works with: made once, by whoever starts the server. */
import type { Config } from '../interpreter/config/config.ts';
import type { ServeSettings } from '../interpreter/config/config.ts';
import type { RunService } from '../service/run-service.ts';
import type { BrowserSessions } from './identity/sessions.ts';
import type { SignIn } from './identity/oidc.ts';
import type { Hub } from './live/hub.ts';
import type { AlertDesk } from './alerts/desk.ts';
import type { HousePlace } from './starts.ts';
import type { Counts } from './signals/counts.ts';

export interface House {
  readonly service: RunService;
  readonly settings: ServeSettings;
  readonly config: Config;
  /** Where runbooks and configuration are. */
  readonly place: HousePlace;
  /** The account that the server runs as: it vouches for whoever comes in. */
  readonly account: string;
  readonly sessions: BrowserSessions;
  readonly hub: Hub;
  readonly counts: Counts;
  /** ms since 1970. */
  readonly now: () => number;
  /** Absent: people come with tokens alone. */
  readonly signIn?: SignIn;
  /** Absent: no alerts are taken. */
  readonly alerts?: AlertDesk;
}
