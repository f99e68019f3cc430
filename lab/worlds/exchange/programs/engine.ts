/** `node dist/lab/exchange/engine.js`: one node of the engine pair. The leader matches, logs and publishes; the standby follows its log. */
import { run } from '../../../services/run.ts';
import { openEngine } from '../engine/engine.ts';

run(openEngine);
