// What this page asks the API. Whatever a row shows is one fragment, so that all lists show the same.

const COUNTS = `
  fragment Counts on Track {
    isrc title artist
    viewCounts { service current lastUpdated change(window: WEEK) { views percentage days } }
    total { current change(window: WEEK) { views percentage days } }
  }`;

export const TOP_TRACKS = `
  query TopTracks($service: ServiceName, $first: Int!, $after: String) {
    topTracks(service: $service, first: $first, after: $after) {
      edges { node { ...Counts } }
      pageInfo { hasNextPage endCursor }
    }
  } ${COUNTS}`;

export const SEARCH = `
  query Search($text: String!, $first: Int!) { searchTracks(text: $text, first: $first) { ...Counts } } ${COUNTS}`;

export const COUNTS_NOW = `
  query CountsNow($isrcs: [ISRC!]!) { tracks(isrcs: $isrcs) { ...Counts } } ${COUNTS}`;

export const RECENT_GROWTH = `
  query RecentGrowth($isrcs: [ISRC!]!) {
    tracks(isrcs: $isrcs) { isrc viewCounts { service history(days: 30) { date delta deltaDays quality } } }
  }`;

export const TRACK = `
  query Track($isrc: ISRC!, $days: Int!) {
    track(isrc: $isrc) {
      isrc title artist album youtubeUrl spotifyUrl active
      total { ...Sums }
      viewCounts {
        service current lastUpdated
        day: change(window: DAY) { views percentage days }
        week: change(window: WEEK) { views percentage days }
        month: change(window: MONTH) { views percentage days }
        history(days: $days) { date count delta deltaDays quality }
      }
      anomalies(first: 50) { service date kind severity observed expectedLow expectedHigh state }
    }
  }
  fragment Sums on Totals {
    current
    day: change(window: DAY) { views percentage days }
    week: change(window: WEEK) { views percentage days }
    month: change(window: MONTH) { views percentage days }
  }`;

export const MOVERS = `
  query Movers($service: ServiceName, $window: Window!, $direction: Direction!, $first: Int!, $after: String) {
    movers(service: $service, window: $window, direction: $direction, first: $first, after: $after) {
      edges { change { views percentage days } node { isrc title artist } }
      pageInfo { hasNextPage endCursor }
    }
  }`;

export const STATUS = `
  query Status {
    services { name displayName enabled }
    pipelineStatus {
      world generation publishedAt undeliveredAlerts
      services { service lastRun lastSuccess coverage freshnessSeconds gate gateReason heldReadings openAnomalies }
    }
  }`;

export const PUBLISHED = "subscription Published { viewCountsPublished { generation } }";
