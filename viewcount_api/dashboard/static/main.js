// Starts the page: which view is shown, what Escape leaves, who is told of new counts.

import { byId } from "./elements.js";
import { reportErrors } from "./errors.js";
import { onPublished } from "./live.js";
import { Movers } from "./movers.js";
import { follow, onPlace } from "./router.js";
import { clearSearch, showSearched, startSearch } from "./search.js";
import { Stage } from "./stage.js";
import { State } from "./status.js";
import { TrackPage } from "./track.js";
import { Tracks } from "./tracks.js";

reportErrors();

const tracks = new Tracks();
const state = new State();
const stage = new Stage({ tracks, search: tracks, track: new TrackPage(), movers: new Movers(), state });

onPlace((place, isTravel) => {
  stage.show(place);
  showSearched(place, isTravel);
  if (stage.current === tracks) byId("back").href = location.hash || "#/";
});

addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (stage.current === tracks) clearSearch();
  else byId("back").click();
});
byId("skip").addEventListener("click", () => byId("main").focus());

startSearch(() => tracks.settled);
follow();
if (stage.current !== state) state.refresh();
onPublished(() => {
  state.refresh();
  if (stage.current !== state) stage.current.refresh();
});
