#!/usr/bin/env bash
# Gate G0: an order is accepted, a trade is settled, and the stream delivers both events. Prints smoke_g0_success=true when all of it holds.
# EDGE_URL and STREAM_URL say where the edge is; SMOKE_LOG_DIR where the logs go.
set -uo pipefail
logs="${SMOKE_LOG_DIR:-/tmp}"
edge_log="$logs/edge-gateway-smoke.log"
ws_log="$logs/ws-events-smoke.log"
compose="$(dirname "$0")/../infra/compose/docker-compose.yml"
: > "$edge_log"
: > "$ws_log"
failed=0

note() { printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*" | tee -a "$edge_log"; }
call() { curl --silent --show-error --max-time 8 "$@" 2>&1; }

ready=0
for _ in $(seq 1 "${SMOKE_READY_TRIES:-10}"); do
  health="$(call "$EDGE_URL/healthz")"
  case "$health" in *'"status":"ok"'*) ready=1; break ;; esac
  sleep 0.3
done
note "readiness: $health"
if [ "$ready" != 1 ]; then
  echo 'readiness=failed'
  echo 'smoke_g0_success=false'
  exit 1
fi

websocat --collect 6 --within 5 "$STREAM_URL" trades candles > "$ws_log" &
watcher=$!
sleep 0.3

order="$(call -X POST "$EDGE_URL/v1/orders" -d '{"symbol":"BTC-USD","side":"buy","price":100,"quantity":1}')"
note "order: $order"
case "$order" in *'"accepted"'*) echo 'order=accepted' ;; *) echo 'order=refused'; failed=1 ;; esac

trade="$(call -X POST "$EDGE_URL/v1/smoke/trades" -d '{"symbol":"BTC-USD"}')"
note "trade: $trade"
case "$trade" in *'"status":"settled"'*) echo 'trade=settled' ;; *) echo 'trade=not settled'; failed=1 ;; esac

rows="$(docker compose -f "$compose" exec -T postgres psql -U exchange -d exchange -At -c 'SELECT count(*) FROM smoke_ledger_entries;' 2>&1)"
note "smoke_ledger_entries: $rows"
echo "smoke_ledger_entries=$rows"

wait "$watcher"
events="$(grep -oE 'TradeExecuted|CandleUpdated' "$ws_log" | sort -u | paste -sd, -)"
echo "ws_events=$events"
[ "$events" = 'CandleUpdated,TradeExecuted' ] || failed=1

if [ "$failed" = 0 ]; then echo 'smoke_g0_success=true'; else echo 'smoke_g0_success=false'; fi
exit "$failed"
