/** What a leaf with templates is made of once it is rendered, and who puts the pieces together. */

/** A rendered piece of a leaf; `isFree`: its text is not the author's. */
export interface Piece {
  readonly text: string;
  readonly isFree: boolean;
  /** It comes from a template, whoever answers for it. */
  readonly isValue?: boolean;
  /** A pattern of the author describes it from its first character. */
  readonly isShaped?: boolean;
}

export type Placing = (pieces: readonly Piece[]) => string;
