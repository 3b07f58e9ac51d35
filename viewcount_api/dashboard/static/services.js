// The services, in the order in which they are shown.

export const SERVICES = { YOUTUBE: "YouTube", SPOTIFY: "Spotify" };

/** Of a track's counts those of one service, or undefined. */
export const countsOf = (track, service) => track.viewCounts.find((counts) => counts.service === service);
