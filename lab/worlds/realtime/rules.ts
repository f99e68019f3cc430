/** What Prometheus evaluates for the market. */
export const rules = [
  {
    alert: 'WsSequenceGapRatioHigh',
    expr: 'max by (venue) (ws_sequence_gap_ratio) > 0.02',
    for: '3s',
    labels: { severity: 'SEV2' },
    annotations: { summary: 'More than 2 % of the deltas of {{ $labels.venue }} have a gap before them' },
  },
];
