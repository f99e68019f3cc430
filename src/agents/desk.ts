/** What the tools of an agent work with: chosen by the person who set the server up, never by the agent. */
import type { Performer } from '../session/new-run.ts';
import type { Actor } from '../interpreter/core/model/value.ts';
import type { ActorOptions } from '../console/actor.ts';
import type { RunService } from '../service/run-service.ts';

export interface Desk {
  readonly service: RunService;
  /** The agent as `actorOf` takes it, and the actor that this makes of it. */
  readonly claims: ActorOptions & { readonly operator: string; readonly onBehalfOf: string };
  readonly actor: Actor;
  /** Folder in which catalogue and configuration are looked for. */
  readonly directory: string;
  readonly catalogue?: string;
  readonly config?: string;
  /** Absent: engines of this host. */
  readonly performer?: Performer;
}

/** Something that an agent cannot do: why, and what a person would do. */
export class AgentRefusal extends Error {
  readonly person: string | undefined;
  constructor(why: string, person?: string) {
    super(why);
    this.name = 'AgentRefusal';
    this.person = person;
  }
}
