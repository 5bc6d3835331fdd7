//go:build !race

package bot

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// theFile is the link to the latest file in the open chat.
const theFile = `[...document.querySelectorAll("#messages a.card")].at(-1)`

// keeperKeepsTheRegister asks for the register on a phone, keeps the file, and finds it gone a day later.
func keeperKeepsTheRegister(chrome context.Context, t *testing.T) {
	p := visit(chrome, t, town(t), phone)
	folder := p.downloads()
	p.is("keeper")
	p.opens("buurtbode")
	p.says("/groepen bestand")
	p.hears("als bestand voor Excel", "register-lisse-2018-05-10.csv", "Downloaden, ")
	p.brings("register-lisse-2018-05-10.csv")
	if wide := value[int](p, `document.documentElement.scrollWidth`); wide > int(phone.width) {
		t.Errorf("with a file the page is %d pixels wide on a phone of %d", wide, phone.width)
	}
	if high := value[float64](p, theFile+`.getBoundingClientRect().height`); high < 44 {
		t.Errorf("the link to a file is %.0f pixels high, too low for a thumb", high)
	}
	p.does(theFile + `.click()`)
	csv := kept(t, filepath.Join(folder, "register-lisse-2018-05-10.csv"))
	if !strings.HasPrefix(csv, "\ufeffGemeente;Wijk of plaats;Groep;") || !strings.Contains(csv, "\r\nLisse;Lisse;Voorbeeldgroep Lisse 1;bewoners;WhatsApp;") {
		t.Errorf("the file is %.300q", csv)
	}
	p.opens("buurtbode") // the page is still there

	p.is("resident") // who may not see the chat may not see what stands in it
	p.opens("buurtbode")
	p.says("/groepen bestand")
	p.hears("alleen voor de registerhouder en de politie")

	p.is("keeper")
	p.opens("buurtbode")
	path := value[string](p, theFile+`.pathname`)
	if got := value[int](p, `fetch(`+js(path+"?as=resident")+`).then((r) => r.status)`); got != 404 {
		t.Errorf("somebody else who knows the address is answered %d", got)
	}
	p.forward("day")
	p.forward("hour")
	p.waits("word of the time", `document.querySelector("#toast.shown")?.textContent.includes("15:0")`) // it comes late, in the same place
	p.does(theFile + `.click()`)
	p.waits("word that it is gone", `document.querySelector("#toast.shown")?.textContent.includes("er niet meer")`)
}

// downloads has the browser keep files in a folder of its own, and gives that.
func (p *page) downloads() string {
	p.t.Helper()
	folder := p.t.TempDir()
	info, err := chromedp.Call(p.ctx, target.GetTargetInfo, target.GetTargetInfoParams{})
	if err != nil {
		p.t.Fatal(err)
	}
	_, err = chromedp.Call(p.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: info.TargetInfo.BrowserContextID, DownloadPath: folder,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return folder
}

// kept waits for a file.
func kept(t *testing.T, file string) string {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < browserPatience; time.Sleep(10 * time.Millisecond) {
		if data, err := os.ReadFile(file); err == nil && len(data) > 0 {
			return string(data)
		}
	}
	left, _ := os.ReadDir(filepath.Dir(file))
	t.Fatalf("the browser kept no %s, but %v", filepath.Base(file), left)
	return ""
}
