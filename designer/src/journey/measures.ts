/** Sizes of a drawn journey, in pixels: all on the grid of 4. */

export interface Measures {
  card: { readonly width: number; readonly height: number };
  /** Between cards side by side. */
  siblingGap: number;
  /** From a card to the one that merely follows: room for "+". */
  stepGap: number;
  /** From a card with several ways to what follows: room for the fan, the label and "+". */
  branchGap: number;
  /** From the way in to the first card. */
  entryGap: number;
  /** How far below a card its ways fan out. */
  fan: number;
  /** How far above a join the lines come together: half of it. */
  merge: number;
  /** What a way that ends needs below its "+". */
  tail: number;
  /** What is written below that, "Ends here", and the air below it. */
  word: number;
  /** The lane of a way in which no step stands: room for its label. */
  laneWidth: number;
  /** Between the journey and the steps to which no way leads. */
  lostGap: number;
  /** How far below a card "+" stands, and the label and "+" of a branch. */
  plusAt: { readonly step: number; readonly label: number; readonly branch: number };
}

export const CARD = { width: 220, height: 64 } as const;

/** As the canvas draws it. */
export const FULL: Measures = {
  card: CARD,
  siblingGap: 40,
  stepGap: 56,
  branchGap: 96,
  entryGap: 56,
  fan: 16,
  merge: 32,
  tail: 24,
  word: 16,
  laneWidth: 140,
  lostGap: 96,
  plusAt: { step: 28, label: 40, branch: 72 },
};

/** As small pictures draw it: titles only, no "+" and no labels. */
export const SMALL: Measures = {
  card: { width: 104, height: 24 },
  siblingGap: 16,
  stepGap: 16,
  branchGap: 24,
  entryGap: 16,
  fan: 12,
  merge: 16,
  tail: 0,
  word: 0,
  laneWidth: 24,
  lostGap: 32,
  plusAt: { step: 8, label: 8, branch: 8 },
};
