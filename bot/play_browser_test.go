//go:build !race

package bot

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestDemoInTheBrowser(t *testing.T) {
	browser := chromium(t)
	for _, c := range []struct {
		name string
		test func(browser context.Context, t *testing.T)
	}{
		{"a resident asks what to do", residentAsks},
		{"an admin registers a group and the keeper confirms it", adminRegisters},
		{"a whole case, from alert to weekly summary", wholeCase},
		{"the control room notes a tip, and the figures show it", controlRoomNotes},
		{"the keeper keeps the register as a file", keeperKeepsTheRegister},
		{"two browsers see the same", twoBrowsers},
		{"the connection drops and comes back", connectionDrops},
		{"by keyboard alone", keyboardAlone},
		{"nothing against the WCAG", accessible},
		{"light, narrow and on its own", lightAndNarrow},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(browser, t) })
	}
}

func residentAsks(browser context.Context, t *testing.T) {
	p := visit(browser, t, town(t), phone)
	p.is("resident")
	p.opens("buurtbode")
	p.says("/saar")
	p.hears("112", "Signaleren")
	p.picture("saar")
}

func adminRegisters(browser context.Context, t *testing.T) {
	p := visit(browser, t, town(t), phone)
	p.is("admin")
	p.opens("buurtbode")
	p.says("/aanmelden")
	p.hears("Hoe heet")
	p.says("Poelwijk Zuid")
	p.hears("Waar is de groep")
	p.says("Lisse")
	p.taps("Bewoners")
	p.taps("Alleen veiligheid")
	p.taps("1. WhatsApp")
	p.hears("Hoeveel mensen")
	p.says("62")
	p.hears("openbare lijst")
	p.taps("Ja")
	p.hears("telefoonnummer bewaren")
	p.taps("Nee")
	p.hears("Poelwijk Zuid", "62")
	p.taps("Aanmelden")
	p.hears("Poelwijk Zuid")
	p.is("keeper")
	p.opens("buurtbode")
	p.hears("Poelwijk Zuid")
	p.picture("register")
	p.taps("Bevestigen")
	p.is("admin")
	p.opens("buurtbode")
	p.hears("Poelwijk Zuid", "bevestigd")
}

func wholeCase(browser context.Context, t *testing.T) {
	p := visit(browser, t, town(t), desktop)
	p.is("officer")
	p.opens("buurtbode")
	p.says("/melding")
	p.taps("Waarschuwing")
	p.hears("Wat")
	p.says("Fietsendieven actief bij de bushalte")
	p.hears("Waar")
	p.says("Kanaalstraat 14, Lisse")
	p.hears("Wanneer")
	p.says("vanmiddag")
	p.hears("Hoe ziet")
	p.says("blauwe damesfiets met een rieten mand")
	p.hears("foto")
	p.sends(bike(t))
	p.hears("Staat er een verdachte op de foto?")
	p.taps("1. Nee")
	p.taps("en de wijken ernaast")
	p.hears("een huisnummer van een woning", "Kanaalstraat 14")
	p.taps("Aanpassen")
	p.hears("Waar")
	p.says("Kanaalstraat, Lisse")
	p.hears("Controleer")
	p.taps("Versturen")
	p.hears("wacht op een collega")

	p.is("opco")
	p.opens("buurtbode")
	p.hears("Mark Visser wil deze melding versturen", "2 beheerdersgroepen: Lisse, Hillegom")
	p.taps("Akkoord")
	p.hears("gaat nu door")

	p.is("officer")
	p.opens("buurtbode")
	p.hears("bezorgd bij 2 van 2")

	p.is("admin")
	p.opens("Beheerders Lisse")
	p.hears("bij de bushalte", "112", "0900-8844")
	p.waits("the photo in the group", message([]string{"bij de bushalte"})+`.querySelector("img")?.naturalWidth > 0`)
	p.brings("bij de bushalte")
	p.picture("alert")
	p.taps("Doorgezet")
	p.answers("ik zie hem lopen bij de brug", "bij de bushalte")
	p.hears("Bel dit meteen door", "112", "0900-8844")
	p.opens("buurtbode")
	p.hears("Dank je wel voor het doorzetten", "75 buurtgenoten")

	p.is("officer")
	p.opens("buurtbode")
	p.forward("hour")
	p.hears("bezorgd bij 2 van 2", "75 leden")
	p.forward("day") // due the next afternoon, it is asked the morning after
	p.forward("day")
	p.hears("nog op terugkoppeling", "bij de bushalte")
	p.says("/terugkoppeling")
	p.taps("bushalte")
	p.taps("Verdachte aangehouden")
	p.taps("Versturen")
	p.hears("op weg")

	p.is("admin")
	p.opens("Beheerders Lisse")
	p.hears("Hoe het afliep", "bij de bushalte", "112")
	p.waits("the outcome as a reply", message([]string{"Hoe het afliep", "bij de bushalte"})+`.querySelector(".quote")`)
	p.brings("Hoe het afliep", "bij de bushalte")
	p.picture("feedback")
	p.taps("Doorgezet")
	p.is("officer")
	p.opens("buurtbode")
	p.says("/bereik")
	p.hears("Hoe ver je meldingen kwamen", "bij de bushalte", "De afloop: naar groepen met samen 75 leden")
	p.is("admin")
	p.opens("Beheerders Lisse")

	p.forward("monday")
	p.hears("Weekoverzicht van Lisse", "bij de bushalte")
	p.brings("Weekoverzicht van Lisse")
	p.picture("summary")
}

func controlRoomNotes(browser context.Context, t *testing.T) {
	p := visit(browser, t, town(t), phone)
	p.is("controlroom")
	p.opens("buurtbode")
	p.says("/tip")
	p.taps("melding 10:")
	p.taps("bruikbare informatie")
	p.says("Een buur zag een busje staan")
	p.hears("Genoteerd: een tip bij melding 10")

	p.is("officer")
	p.opens("buurtbode")
	p.hears("Bij jouw melding kwam een tip binnen", "busje")

	p.is("portfolio")
	p.opens("buurtbode")
	p.says("/effect")
	p.hears("Helpen de meldingen?", "48%", "Met een tip, per soort")
	p.waits("the chart", message([]string{"Helpen de meldingen?"})+`.querySelector("img")?.naturalWidth === 1080`)

	p.is("english")
	p.opens("buurtbode")
	p.says("/coverage")
	p.hears("Coverage: registered groups", "Teylingen")
	p.waits("the chart", message([]string{"Coverage: registered groups"})+`.querySelector("img")?.naturalWidth === 1080`)
}

// town is the demo on a Thursday afternoon, whenever the test runs.
func town(t *testing.T) string {
	t.Helper()
	return playingAt(t, time.Date(2018, time.May, 10, 14, 0, 0, 0, amsterdam()))
}

func bike(t *testing.T) string {
	t.Helper()
	file, err := filepath.Abs("demo/photos/fiets.jpg")
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func twoBrowsers(browser context.Context, t *testing.T) {
	address := town(t)
	one, two := visit(browser, t, address, desktop), visit(browser, t, address, phone)
	for _, p := range []*page{one, two} {
		p.is("admin")
		p.opens("Beheerders Lisse")
	}
	one.says("Is er al nieuws van de politie?")
	two.hears("Is er al nieuws van de politie?")
	two.says("Nog niet, ik houd het bij.")
	one.hears("Nog niet, ik houd het bij.")
	texts := `[...document.querySelectorAll("#messages > li.message .text")].map((x) => x.textContent).join("\n")`
	if a, b := value[string](one, texts), value[string](two, texts); a != b {
		t.Errorf("the browsers see different chats:\n%s\n---\n%s", a, b)
	}
}

// interrupted stands before the demo, and can cut the line.
type interrupted struct {
	*httptest.Server
	cut atomic.Bool
}

func interrupt(t *testing.T, address string) *interrupted {
	t.Helper()
	to, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	i := &interrupted{}
	through := &httputil.ReverseProxy{FlushInterval: -1, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		if r.In.Header.Get("Origin") != "" {
			r.Out.Header.Set("Origin", address)
		}
	}}
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if i.cut.Load() {
			panic(http.ErrAbortHandler)
		}
		through.ServeHTTP(w, r)
	}))
	t.Cleanup(i.Close)
	return i
}

func connectionDrops(browser context.Context, t *testing.T) {
	address := town(t)
	line := interrupt(t, address)
	mine, other := visit(browser, t, line.URL, phone), visit(browser, t, address, phone)
	for _, p := range []*page{mine, other} {
		p.is("admin")
		p.opens("Beheerders Lisse")
	}
	mine.says("Eerste bericht")
	other.hears("Eerste bericht")
	line.cut.Store(true)
	line.CloseClientConnections()
	mine.waits("word that the line is gone", `!document.querySelector("#offline").hidden`)
	mine.says("Gestuurd zonder verbinding")
	mine.says("Nog een zonder verbinding")
	other.says("Intussen elders gestuurd")
	other.hears("Intussen elders gestuurd")
	if n := other.times("zonder verbinding"); n != 0 {
		t.Errorf("%d messages came through a cut line", n)
	}
	line.cut.Store(false)
	for _, p := range []*page{mine, other} {
		for _, words := range []string{"Gestuurd zonder verbinding", "Nog een zonder verbinding", "Intussen elders gestuurd", "Eerste bericht"} {
			p.hears(words)
			if n := p.times(words); n != 1 {
				t.Errorf("%q stands there %d times", words, n)
			}
		}
	}
	mine.waits("the line to be back", `document.querySelector("#offline").hidden`)
}

// keyboardAlone goes from the address to a sent message and a chosen button without a mouse.
func keyboardAlone(browser context.Context, t *testing.T) {
	p := visit(browser, t, town(t), desktop)
	focus := `document.activeElement`
	reach := func(what, expression string) {
		t.Helper()
		for range 400 { // from the middle of a long conversation the way round the page is long
			if value[bool](p, expression) {
				return
			}
			p.run(chromedp.KeyEvent(kb.Tab))
		}
		t.Fatalf("the keyboard doesn't reach %s", what)
	}
	reach("the choice of a person", focus+`.id === "person"`)
	p.run(chromedp.KeyEvent(kb.Enter))
	p.waits("the list of people", `document.querySelector("#people button")`)
	reach("the officer", focus+`.textContent.includes("Mark Visser")`)
	p.run(chromedp.KeyEvent(kb.Enter))
	p.waits("the officer's phone", `document.querySelector("#person b").textContent === "Mark Visser" && !document.querySelector("main[aria-busy]") && document.querySelectorAll("#chats button").length > 1`)
	reach("the bot's chat", focus+`.querySelector?.(".name")?.textContent === "buurtbode"`)
	p.run(chromedp.KeyEvent(kb.Enter))
	p.waits("the open chat", `document.querySelector("#chats [aria-current] .name")?.textContent === "buurtbode"`)
	reach("the typing box", focus+`.id === "box"`)
	p.run(chromedp.KeyEvent("/mel"))
	p.waits("the command menu", `!document.querySelector("#menu").hidden`)
	p.run(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter))
	p.waits("the first question", `[...document.querySelectorAll("#messages .choice")].some((b) => b.textContent.includes("Vermiste persoon"))`)
	for range 60 { // the choices stand before the box
		if value[bool](p, focus+`.classList.contains("choice") && `+focus+`.textContent.includes("Vermiste persoon")`) {
			break
		}
		p.run(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(kb.ModifierShift)))
	}
	p.run(chromedp.KeyEvent(kb.Enter))
	p.hears("Wat is er")
}

func accessible(browser context.Context, t *testing.T) {
	file := os.Getenv("BUURTBODE_TEST_AXE")
	if file == "" {
		t.Skip("no axe-core: run `make test`, or npm pack axe-core and set BUURTBODE_TEST_AXE=path/to/axe.min.js")
	}
	axe, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	address := town(t)
	for _, look := range []struct {
		size
		scheme, lang string
	}{{phone, "light", "nl"}, {phone, "dark", "en"}, {desktop, "dark", "nl"}, {desktop, "light", "en"}} {
		p := newPage(browser, t, address)
		media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: look.scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}}
		if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, media); err != nil {
			t.Fatal(err)
		}
		p.run(chromedp.EmulateViewport(look.width, look.height), chromedp.Navigate(address))
		p.waits("the page", `document.querySelectorAll("#chats button").length > 0`)
		if look.lang == "en" {
			p.run(chromedp.Click(chromedp.CSS("#lang")))
			p.waits("English", `document.documentElement.lang === "en"`)
		}
		p.does(string(axe))
		where := fmt.Sprintf("%d wide, %s, %s", look.width, look.scheme, look.lang)
		p.waits("the tour", `!document.querySelector("#tour").hidden`)
		p.violatesNothing(where + ", the tour")
		p.does(`document.querySelector("#tour header button:last-child").click()`)
		p.violatesNothing(where + ", the list of chats")
		p.is("officer")
		p.opens("Beheerders Lisse")
		p.waits("the photo", `document.querySelector("#messages img")`)
		p.violatesNothing(where + ", a group with a photo")
		p.opens("buurtbode")
		p.says("/melding")
		p.waits("choices", `document.querySelector("#messages .choice")`)
		p.violatesNothing(where + ", a chat with choices")
		p.run(chromedp.Click(chromedp.CSS("#slash")))
		p.violatesNothing(where + ", the command menu")
		p.run(chromedp.KeyEvent(kb.Escape), chromedp.Click(chromedp.CSS("#person")))
		p.violatesNothing(where + ", the list of people")
		p.run(chromedp.KeyEvent(kb.Escape))
		p.is("keeper")
		p.opens("buurtbode")
		p.says("/groepen bestand")
		p.waits("a file", theFile)
		p.violatesNothing(where + ", a chat with a file")
	}
}

// violatesNothing runs axe-core on what is shown.
func (p *page) violatesNothing(where string) {
	p.t.Helper()
	found := value[[]struct {
		ID, Help string
		Nodes    []struct{ HTML string }
	}](p, `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }).then((r) => r.violations.map((v) => ({ ID: v.id, Help: v.help, Nodes: v.nodes.map((n) => ({ HTML: n.html.slice(0, 200) + " " + n.failureSummary.slice(0, 300) })) })))`)
	for _, v := range found {
		p.t.Errorf("%s: %s (%s): %d times, first %s", where, v.ID, v.Help, len(v.Nodes), v.Nodes[0].HTML)
	}
}

func lightAndNarrow(browser context.Context, t *testing.T) {
	p := visit(browser, t, town(t), phone)
	p.mu.Lock()
	loaded := p.loaded
	p.mu.Unlock()
	if loaded == 0 || loaded > 150_000 {
		t.Errorf("the page weighs %.0f bytes", loaded)
	}
	p.is("officer")
	for _, chat := range []string{"buurtbode", "Beheerders Lisse"} {
		p.opens(chat)
		if wide := value[int](p, `document.documentElement.scrollWidth`); wide > int(phone.width) {
			t.Errorf("%s is %d pixels wide on a phone of %d", chat, wide, phone.width)
		}
	}
}
