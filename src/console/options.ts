/** Options as commander hands them over; each command takes the part it needs. */
export interface PlanOptions {
  readonly input?: readonly string[];
  readonly inputFile?: string;
  /** The payload of an alert, which fills inputs. */
  readonly alert?: string;
  readonly env?: string;
  readonly config?: string;
  /** Agrees to the programs that the configuration names. */
  readonly trustConfig?: boolean;
  readonly catalogue?: string;
  readonly only?: string;
  readonly to?: string;
}

export interface AnswerOptions {
  readonly yes?: boolean;
  readonly answer?: readonly string[];
  readonly reason?: string;
  readonly output?: string;
  readonly operator?: string;
  readonly actorKind?: string;
  readonly onBehalfOf?: string;
  /** commander turns --no-questions into questions: false. */
  readonly questions?: boolean;
  readonly report?: string;
  /** The run ends with this process. */
  readonly foreground?: boolean;
}

export interface OutputOption {
  readonly output?: string;
}
