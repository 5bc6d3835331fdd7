package webchat

import (
	"context"
	"encoding/json"
	"io/fs"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/messages"
)

// maxWeight is the most that the page may weigh, all files together and nothing compressed, in bytes.
const maxWeight = 150_000

func pageText(t *testing.T) (all string) {
	t.Helper()
	err := fs.WalkDir(pageFiles, "page", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(pageFiles, path)
		all += string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestPageIsLight(t *testing.T) {
	n := len(pageText(t))
	t.Logf("the page weighs %d bytes", n)
	if n > maxWeight {
		t.Errorf("the page weighs %d bytes, more than %d", n, maxWeight)
	}
}

func TestPageAsksNothingElsewhere(t *testing.T) {
	allowed := map[string]bool{"http://www.w3.org": true, "https://www.openstreetmap.org": true} // a name, and a link to tap
	for _, found := range regexp.MustCompile(`(https?:)?//[a-z0-9.-]+\.[a-z]{2,}`).FindAllString(pageText(t), -1) {
		if !allowed[found] {
			t.Errorf("the page names %s", found)
		}
	}
}

func TestPageHasItsWords(t *testing.T) {
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`["'](web\.[a-z0-9.]+)["']`).FindAllStringSubmatch(pageText(t), -1) {
		used[m[1]] = true
	}
	given := open(t, true).web.texts("nl")
	for id := range used {
		if given[id] == "" {
			t.Errorf("the page uses %s, which it isn't given", id)
		}
	}
	for id := range given {
		if !used[id] {
			t.Errorf("the page is given %s and doesn't use it", id)
		}
	}
}

func TestHello(t *testing.T) {
	b := open(t, true)
	err := b.web.SetMenus(context.Background(), []messages.Menu{
		{Kind: messages.Direct, Entries: []messages.MenuEntry{{Name: "help", Description: "wat je kunt"}}},
		{Kind: messages.Direct, Language: "en", Entries: []messages.MenuEntry{{Name: "help", Description: "what you can do"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ query, accept, lang, what string }{
		{"?as=anna", "", "nl", "wat je kunt"},
		{"?as=bob", "fr, en-GB;q=0.8", "en", "what you can do"},
		{"?as=anna&lang=en", "nl", "en", "wat je kunt"}, // the menu is the person's, the page the visitor's
		{"?as=anna", "fr", "nl", "wat je kunt"},
	} {
		var g greeting
		res := b.do(http.MethodGet, "/api/hello"+c.query, "", header("Accept-Language", c.accept))
		err := json.NewDecoder(res.Body).Decode(&g)
		_ = res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if g.Lang != c.lang || g.Menus["direct"][0].What != c.what || !g.Stage || len(g.Places) != 1 || !strings.HasPrefix(g.Texts["web.send"], c.lang) {
			t.Errorf("%s %q: %+v", c.query, c.accept, g)
		}
	}
}

func TestClockGoesForward(t *testing.T) {
	b := open(t, true)
	b.street.fail = 1
	for _, c := range []struct {
		body string
		want int
	}{{`{"step":"day"}`, 503}, {`{"step":"monday"}`, 204}, {`{"step":"year"}`, 400}} {
		if got := b.status(http.MethodPost, "/api/clock", c.body); got != c.want {
			t.Errorf("%s: status %d, not %d", c.body, got, c.want)
		}
	}
	if got := b.street.ran; len(got) != 2 || got[1] != Monday {
		t.Errorf("the clock went %v", got)
	}
}
