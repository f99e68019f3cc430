/** Where runbooks and configuration are. */
export interface HousePlace {
  readonly directory: string;
  readonly catalogue: string;
  readonly config?: string;
}
