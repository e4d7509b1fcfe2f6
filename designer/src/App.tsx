import { useAddress } from "./routes";
import { later } from "./ui/later";
import { Mishap } from "./ui/Mishap";
import { Notices } from "./ui/Notices";

const EditorPage = later(async () => (await import("./pages/EditorPage")).EditorPage);
const JourneysPage = later(async () => (await import("./pages/JourneysPage")).JourneysPage);
const PeoplePage = later(async () => (await import("./pages/PeoplePage")).PeoplePage);
const PersonPage = later(async () => (await import("./pages/PersonPage")).PersonPage);

/** The page that the address names. */
export function App() {
  const { route } = useAddress();
  return (
    <>
      <Mishap key={JSON.stringify(route)}>
        {route.page === "journeys" && <JourneysPage />}
        {route.page === "journey" && <EditorPage key={route.id} id={route.id} />}
        {route.page === "people" && <PeoplePage id={route.id} />}
        {route.page === "person" && <PersonPage id={route.id} participant={route.participant} />}
        {route.page === "nowhere" && (
          <main className="nowhere">
            <h1>There is nothing here</h1>
            <a href="/designer/">All journeys</a>
          </main>
        )}
      </Mishap>
      <Notices />
    </>
  );
}
