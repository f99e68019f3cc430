/** The admin API: halts, modes, throttles and cancellations, none of them without a reason and a ticket. */
import type { Call, Reply } from '../../../process/call.ts';
import { notFound, ok } from '../../../process/call.ts';
import { modes, symbols } from '../names.ts';
import type { Controls } from '../services/told.ts';
import type { Audit, AuditLine } from './audit.ts';

export interface AdminParts {
  readonly audit: Audit;
  readonly controls: () => Controls;
  readonly order: (controls: Controls) => void;
  readonly isCustodyEnabled: () => boolean;
  /** Cancels at the engine that leads; returns how many orders were cancelled. */
  readonly cancelAll: (symbol: string) => Promise<number>;
  /** Open orders by symbol, as the engine that leads has them. */
  readonly openOrders: () => Promise<Readonly<Record<string, number>>>;
  readonly deployments: () => unknown;
}

interface Order {
  readonly symbol: string;
  readonly reason: string;
  readonly ticket: string;
  readonly actor: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const ticketPattern = /^[A-Z]+-[0-9]+$/;
const all = '*';
const wrong = (error: string): Reply => ({ status: 400, json: { error } });

export async function admin(call: Call, path: readonly string[], parts: AdminParts): Promise<Reply> {
  if (call.method === 'GET') return read(call, path, parts);
  if (call.method !== 'POST') return notFound;
  const body = typeof call.body === 'object' && call.body !== null ? (call.body as Readonly<Record<string, unknown>>) : {};
  const { reason, ticket_id: ticket, symbol } = body;
  if (typeof reason !== 'string' || reason.trim() === '')
    return wrong('reason is missing: every action needs a reason and a ticket_id');
  if (typeof ticket !== 'string' || !ticketPattern.test(ticket)) return wrong('ticket_id is missing, or not of the form OPS-1');
  const order = { symbol: typeof symbol === 'string' ? symbol : '', reason, ticket, actor: call.actor ?? 'unknown', body };
  const act = actions[path[0] ?? ''];
  return act === undefined ? notFound : act(order, parts);
}

async function read({ query }: Call, [what, symbol]: readonly string[], parts: AdminParts): Promise<Reply> {
  const { audit, controls, isCustodyEnabled } = parts;
  if (what === 'audit') return ok(audit.of(query.get('ticket_id')));
  if (what === 'withdrawals') return ok({ state: controls().withdrawals.state, custody: isCustodyEnabled() });
  if (what === 'deployments') return ok(parts.deployments());
  if (what !== 'symbols') return notFound;
  const open = await parts.openOrders();
  const list = symbols.map((one) => ({ symbol: one, ...controls().symbols[one], openOrders: open[one] ?? 0 }));
  if (symbol === undefined) return ok(list);
  const found = list.find((one) => one.symbol === symbol);
  return found === undefined ? notFound : ok(found);
}

type Action = (order: Order, parts: AdminParts) => Promise<Reply> | Reply;

const actions: Readonly<Record<string, Action | undefined>> = {
  'symbol-mode': (order, parts) => {
    const mode = modes.find((one) => one === order.body['mode']);
    if (mode === undefined) return wrong(`mode must be one of ${modes.join(', ')}`);
    return change(order, parts, 'SetSymbolMode', mode, (before) => ({ ...before, mode }));
  },
  'order-throttle': (order, parts) => {
    const { per_second: rate } = order.body;
    if (rate !== null && !(typeof rate === 'number' && Number.isInteger(rate) && rate >= 0))
      return wrong('per_second must be a whole number, or null to take the throttle away');
    return change(order, parts, 'OrderThrottle', rate, (before) => ({ ...before, throttle: rate }));
  },
  'cancel-all': async (order, parts) => {
    const meant = named(order);
    if (meant === undefined) return noSuchSymbol;
    const line = audited(order, parts, 'CancelAll', null);
    const cancelled = await Promise.all(meant.map((symbol) => parts.cancelAll(symbol)));
    return ok({ cancelled: cancelled.reduce((sum, one) => sum + one, 0), audit: line });
  },
  'withdrawals-halt': (order, parts) => {
    const { state } = order.body;
    if (state !== 'on' && state !== 'off') return wrong('state must be on (halted) or off');
    if (!parts.isCustodyEnabled())
      return { status: 409, json: { error: 'custody is not enabled: there are no withdrawals to halt' } };
    const line = audited(order, parts, 'WithdrawalsHalt', state);
    parts.order({ ...parts.controls(), withdrawals: { state } });
    return ok({ state, audit: line });
  },
};

const noSuchSymbol = wrong(`symbol must be one of ${symbols.join(', ')}, or ${all} for all`);
const named = ({ symbol }: Order): readonly string[] | undefined =>
  symbol === all ? symbols : (symbols as readonly string[]).includes(symbol) ? [symbol] : undefined;

type Control = Controls['symbols'][string];

function change(
  order: Order,
  parts: AdminParts,
  action: AuditLine['action'],
  value: unknown,
  how: (before: Control) => Control,
): Reply {
  const meant = named(order);
  if (meant === undefined) return noSuchSymbol;
  const line = audited(order, parts, action, value);
  const { symbols: before, withdrawals } = parts.controls();
  const after = Object.entries(before).map(
    ([symbol, control]) => [symbol, meant.includes(symbol) ? how(control) : control] as const,
  );
  parts.order({ symbols: Object.fromEntries(after), withdrawals });
  return ok({ symbols: meant, audit: line });
}

const audited = (
  { symbol, reason, ticket, actor }: Order,
  { audit }: AdminParts,
  action: AuditLine['action'],
  value: unknown,
): AuditLine => audit.add({ action, symbol: symbol === '' ? null : symbol, value, reason, ticket_id: ticket, actor });
