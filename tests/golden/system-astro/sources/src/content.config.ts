export const collections = { stories };
