/** Sizes of a drawn journey, in pixels at full size: all on the grid of 4. */

export const CARD = { width: 220, height: 64 };
/** Between cards side by side. */
export const SIBLING_GAP = 40;
/** From a card to the one that merely follows: room for "+". */
export const STEP_GAP = 56;
/** From a card with several ways to what follows: room for the fan, the label and "+". */
export const BRANCH_GAP = 96;
/** From the way in to the first card. */
export const ENTRY_GAP = 56;
/** How far below a card its ways fan out. */
export const FAN = 16;
/** How far above a join the lines come together: half of it. */
export const MERGE = 32;
/** What a way that ends needs below its "+". */
export const TAIL = 24;
/** The lane of a way in which no step stands: room for its label. */
export const LANE_WIDTH = 140;
/** Between the journey and the steps to which no way leads. */
export const LOST_GAP = 96;
/** How far below a card "+" and the label of a branch stand. */
export const PLUS_AT = { step: 28, branch: 72, label: 40 };
