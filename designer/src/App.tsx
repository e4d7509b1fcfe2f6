import { EditorPage } from "./pages/EditorPage";
import { JourneysPage } from "./pages/JourneysPage";
import { PeoplePage } from "./pages/PeoplePage";
import { PersonPage } from "./pages/PersonPage";
import { useAddress } from "./routes";
import { Notices } from "./ui/Notices";

/** The page that the address names. */
export function App() {
  const { route } = useAddress();
  return (
    <>
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
      <Notices />
    </>
  );
}
