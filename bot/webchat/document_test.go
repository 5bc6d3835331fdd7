package webchat

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/messages"
)

// drawer keeps documents, as long as the test wants.
type drawer map[string][]byte

func (d drawer) document(_ context.Context, key string) ([]byte, error) {
	if key == "broken" {
		return nil, errors.New("the database is away")
	}
	return d[key], nil
}

func TestDocumentsAreForThoseInTheChat(t *testing.T) {
	kept := drawer{"k1": []byte("Groep;Telefoon\r\n")}
	b := open(t, true, func(c *Config) { c.Documents = kept.document })
	m := to("anna", "Alle groepen", "m1")
	m.Document = &messages.Document{Key: "k1", Name: "register-’s-gravenhage.csv", Type: messages.CSV, Data: kept["k1"]}
	first := b.sends(m)
	if again := b.sends(m); again != first {
		t.Errorf("a repeat became %+v, the first was %+v", again, first)
	}
	all, err := b.web.Messages(t.Context(), "anna")
	if err != nil || len(all) != 1 || all[0].Document == nil || *all[0].Document != (Document{Key: "k1", Name: m.Document.Name, Type: messages.CSV, Size: 16}) {
		t.Fatalf("the chat has %+v, %v", all, err)
	}

	res := b.do(http.MethodGet, "/document/k1?as=anna", "")
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	h := res.Header
	if err != nil || res.StatusCode != http.StatusOK || string(data) != string(kept["k1"]) || h.Get("Content-Type") != "text/csv; charset=utf-8" ||
		!strings.HasPrefix(h.Get("Content-Disposition"), "attachment; filename*=utf-8''register-") || h.Get("Cache-Control") != "no-store" ||
		h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") != policy {
		t.Errorf("the document is %d %q %v, %v", res.StatusCode, data, h, err)
	}
	for path, want := range map[string]int{
		"/document/k1?as=bob": http.StatusNotFound, "/document/k2?as=anna": http.StatusNotFound, "/photo/k1?as=anna": http.StatusNotFound,
		"/document/k1?as=nobody": http.StatusUnauthorized,
	} {
		if got := b.status(http.MethodGet, path, ""); got != want {
			t.Errorf("%s is answered %d, want %d", path, got, want)
		}
	}
	elsewhere := func(r *http.Request) {
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Sec-Fetch-Mode", "no-cors")
	}
	if got := b.status(http.MethodGet, "/document/k1?as=anna", "", elsewhere); got != http.StatusForbidden {
		t.Errorf("for another page it is answered %d", got)
	}

	delete(kept, "k1")
	if got := b.status(http.MethodHead, "/document/k1?as=anna", ""); got != http.StatusGone {
		t.Errorf("once it was erased it is answered %d", got)
	}
	m.Key, m.Document = "m2", &messages.Document{Key: "broken", Name: "x.csv", Type: messages.CSV, Data: []byte("x")}
	sent := b.sends(m)
	if got := b.status(http.MethodGet, "/document/broken?as=anna", ""); got != http.StatusServiceUnavailable {
		t.Errorf("while it can't be read it is answered %d", got)
	}
	b.sends(messages.Outbound{To: m.To, Action: messages.Withdraw, Target: sent.ID})
	if got := b.status(http.MethodGet, "/document/broken?as=anna", ""); got != http.StatusNotFound {
		t.Errorf("once its message is withdrawn it is answered %d", got)
	}
}

func TestDocumentsThatCannotBe(t *testing.T) {
	m := to("anna", "Alle groepen", "m1")
	m.Document = &messages.Document{Key: "k1", Name: "x.csv", Data: []byte("x")}
	if e := open(t, true).refused(m); e.Code != "empty" || e.Retry {
		t.Errorf("a document that is kept nowhere: %+v", e)
	}
	m.Document.Data = nil
	b := open(t, true, func(c *Config) { c.Documents = drawer{}.document })
	if e := b.refused(m); e.Code != "empty" || e.Retry {
		t.Errorf("a document without bytes: %+v", e)
	}
}
