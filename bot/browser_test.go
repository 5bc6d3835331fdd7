//go:build !race

package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	cdpnetwork "github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browserPatience is how long a test waits for something on a page, in real time.
const browserPatience = 20 * time.Second

// size is that of a page, in pixels.
type size struct{ width, height int64 }

var (
	phone   = size{360, 740}
	desktop = size{1280, 800}
)

// chromium starts the browser, once for a test and its subtests.
func chromium(t *testing.T) context.Context {
	t.Helper()
	var program string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			program = found
			break
		}
	}
	if program == "" {
		t.Skip("no Chromium: run `make test` as root on Debian, or apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.UserDataDir(t.TempDir()), chromedp.NoFirstRun, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "nl"), chromedp.Flag("accept-lang", "nl-NL,nl"),
	)
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	browser, closeBrowser := chromedp.NewContext(ctx)
	t.Cleanup(closeBrowser)
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return browser
}

// page is the demo in a window of its own, with cookies and storage of its own.
type page struct {
	t       *testing.T
	ctx     context.Context //nolint:containedctx // chromedp's handle of the window
	address string

	mu      sync.Mutex
	trouble []string // what the browser complains of
	loaded  float64  // bytes over the network
}

// visit opens the page, with the tour closed.
func visit(browser context.Context, t *testing.T, address string, s size) *page {
	t.Helper()
	p := newPage(browser, t, address)
	p.run(chromedp.EmulateViewport(s.width, s.height), chromedp.Navigate(address))
	p.waits("the page", `document.querySelectorAll("#chats button").length > 0`)
	p.waits("the tour", `!document.querySelector("#tour").hidden`)
	p.does(`document.querySelector("#tour header button:last-child").click()`)
	return p
}

func newPage(browser context.Context, t *testing.T, address string) *page {
	t.Helper()
	ctx, stop := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	p := &page{t: t, ctx: ctx, address: address}
	if err := chromedp.Do(ctx); err != nil { // opens the window
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, p.listen); err != nil {
		t.Fatal(err)
	}
	_, err := chromedp.Call(ctx, cdpnetwork.Enable, cdpnetwork.EnableParams{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, s := range p.trouble {
			t.Errorf("the browser complains: %s", s)
		}
	})
	return p
}

func (p *page) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.trouble = append(p.trouble, e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			p.trouble = append(p.trouble, e.Entry.Text)
		}
	case *cdpnetwork.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, p.address+"/") && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") {
			p.trouble = append(p.trouble, "a request to elsewhere: "+u)
		}
	case *cdpnetwork.EventLoadingFinished:
		p.loaded += e.EncodedDataLength
	}
}

func (p *page) run(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, browserPatience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatalf("on the page: %v\n%s", err, p.shown())
	}
}

// shown is the text of the page, for a failure.
func (p *page) shown() (text string) {
	ctx, cancel := context.WithTimeout(p.ctx, time.Second)
	defer cancel()
	text, _ = chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("#chat").innerText.slice(-1500)`))
	return text
}

// waits waits until an expression is true.
func (p *page) waits(what, expression string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, browserPatience)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool]("Boolean("+expression+")", chromedp.WithPollingInterval(20*time.Millisecond))); err != nil {
		p.t.Fatalf("%s never comes: %v\n%s", what, err, p.shown())
	}
}

// value evaluates an expression.
func value[T any](p *page, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, browserPatience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("on the page: %v\n%s", err, p.shown())
	}
	return v
}

// does runs a statement.
func (p *page) does(statement string) {
	p.t.Helper()
	value[bool](p, "(() => { "+statement+"; return true; })()")
}

func js(s string) string {
	out, _ := json.Marshal(s) // a string always can be
	return string(out)
}

// is makes this the phone of somebody: "officer".
func (p *page) is(person string) {
	p.t.Helper()
	name := value[string](p, `fetch("/api/hello?as=`+person+`").then((r) => r.json()).then((h) => h.me.name)`)
	if value[bool](p, `document.querySelector("#person b").textContent === `+js(name)) {
		return
	}
	p.run(chromedp.Click(chromedp.CSS("#person")))
	p.waits("the list of people", `document.querySelector("#people button")`)
	p.does(`[...document.querySelectorAll("#people button")].find((b) => b.querySelector("b").textContent === ` + js(name) + `).click()`)
	p.waits("the phone of "+name, `document.querySelector("#person b").textContent === `+js(name)+` && !document.querySelector("main[aria-busy]") && document.querySelectorAll("#chats button").length > 0`)
}

// opens opens the chat of this title; the bot's own is "buurtbode".
func (p *page) opens(title string) {
	p.t.Helper()
	find := `[...document.querySelectorAll("#chats button")].find((b) => b.querySelector(".name").textContent === ` + js(title) + `)`
	if value[bool](p, `document.body.dataset.view === "chat" && getComputedStyle(document.querySelector("#list")).display === "none"`) {
		p.run(chromedp.Click(chromedp.CSS("#back")))
	}
	p.waits("the chat "+title, find)
	p.does(find + ".click()")
	p.waits("the open chat", `document.querySelector("#chats [aria-current] .name")?.textContent === `+js(title)+
		` && document.querySelector("#chat-title").textContent === `+js(title))
}

// says types and sends.
func (p *page) says(text string) {
	p.t.Helper()
	p.run(chromedp.SendKeys(chromedp.CSS("#box"), text+kb.Enter))
}

// message is an expression for the latest message in the open chat that has all words.
func message(words []string) string {
	list, _ := json.Marshal(words)
	return `[...document.querySelectorAll("#messages > li.message")].findLast((li) => ` + string(list) + `.every((w) => li.textContent.includes(w)))`
}

// hears waits for a message with these words in the open chat.
func (p *page) hears(words ...string) {
	p.t.Helper()
	p.waits(fmt.Sprintf("a message with %q", words), message(words))
}

// times counts the messages with these words.
func (p *page) times(words ...string) int {
	p.t.Helper()
	return value[int](p, strings.Replace(message(words), "findLast", "filter", 1)+".length")
}

// brings scrolls to the latest message with these words.
func (p *page) brings(words ...string) {
	p.t.Helper()
	p.does(message(words) + `.scrollIntoView({ block: "start", behavior: "instant" })`)
}

// taps waits for a choice under the latest messages, and taps it.
func (p *page) taps(caption string) {
	p.t.Helper()
	find := `[...document.querySelectorAll("#messages .choice:not([disabled])")].findLast((b) => b.textContent.includes(` + js(caption) + `))`
	p.waits("the choice "+caption, find)
	p.does(find + ".click()")
}

// answers answers the latest message with these words.
func (p *page) answers(text string, words ...string) {
	p.t.Helper()
	p.waits(fmt.Sprintf("the button to answer %q", words), message(words)+`?.querySelector(".answer")`)
	p.does(message(words) + `.querySelector(".answer").click()`)
	p.says(text)
}

// sends sends a photo from a file.
func (p *page) sends(photo string) {
	p.t.Helper()
	p.run(chromedp.SetUploadFiles(chromedp.CSS("#photo-file"), []string{photo}, chromedp.NodeReady))
	p.waits("the window for the photo", `document.querySelector("#dialog[open] form button[type=submit]")`)
	p.run(chromedp.Click(chromedp.CSS("#dialog form button[type=submit]")))
}

// forward puts the town's clock forward.
func (p *page) forward(step string) {
	p.t.Helper()
	before := value[string](p, `document.querySelector("#now").textContent`)
	p.run(chromedp.Click(chromedp.CSS(`[data-step="` + step + `"]`)))
	p.waits("the clock to move", `!document.querySelector("#clock[aria-busy]") && document.querySelector("#now").textContent !== `+js(before))
}

// picture keeps a picture of the page for the README, when the pictures are made anew.
func (p *page) picture(name string) {
	p.t.Helper()
	if !*update {
		return
	}
	p.does(`document.activeElement?.blur(); document.querySelector("#toast").style.visibility = "hidden"`)
	p.waits("the pictures", `[...document.images].every((i) => i.complete)`)
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "docs", "pictures", name+".png"), png, 0o644); err != nil { //nolint:gosec // a picture in the README
		p.t.Fatal(err)
	}
}
