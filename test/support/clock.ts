/** The clock of the fixtures. */
export const NOW = Date.UTC(2024, 9, 23, 16, 30, 0);
