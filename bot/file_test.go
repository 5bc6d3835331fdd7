package bot_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/bot/webchat"
	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
	"github.com/buurtbode/buurtbode/storage"
)

// The register comes as a file in every app, with the same bytes, and is gone from the page a day later.
func TestTheRegisterAsAFileInEveryApp(t *testing.T) {
	each(t, registerAsFile)
}

// registerAsFile plays it on a database.
func registerAsFile(t *testing.T, cfg storage.Config) {
	listener := listen(t)
	addr := listener.Addr().String()
	_ = listener.Close()
	telegram := telegramtest.New(t)
	w := newTown(t, cfg, "--telegram-token", telegram.Token(), "--telegram-api", telegram.URL(), "--webchat", addr)
	w.bot.logs("the messenger in the browser is open")
	municipality := []string{"keeper", "--municipality", "Lisse"}

	anna := telegram.Person("Anna")
	anna.Says("/aanmelden Vogelwijk; Lisse; 1; 1; 1; 75; 1; 1; 0612345678; 1")
	anna.Hears("Vogelwijk in Lisse is aangemeld")
	karin := telegram.Person("Karin")
	karin.Says("/activate " + w.invite(municipality...))
	karin.Hears("Gelukt!")
	karin.Says("/groepen bestand")
	file := karin.Hears("Lisse: 29 buurtgroepen, als bestand voor Excel", "1 daarvan is nog niet bevestigd")
	if text := string(file.Document); file.File != "register-lisse-2018-05-07.csv" || strings.Count(text, "\r\n") != 30 || !strings.Contains(text, "\r\nLisse;Lisse;Vogelwijk;bewoners;WhatsApp;75;Ja;Nee;Anna;06 12345678\r\n") {
		t.Errorf("on Telegram came %q: %q", file.File, text)
	}
	anna.Says("/groepen bestand")
	if m := anna.Hears("alleen voor de registerhouder en de politie"); m.Document != nil {
		t.Error("a resident got a file")
	}

	bert := w.official("Bert", municipality...)
	bert.says("groepen bestand")
	m := bert.hears("Lisse: 29 buurtgroepen, als bestand voor Excel")
	if got := bert.Downloads(m); m.Kind != whatsapptest.Document || string(got) != string(file.Document) || m.Raw.GetDocumentMessage().GetFileName() != file.File {
		t.Errorf("on WhatsApp came %+v: %q", m, got)
	}
	bert.says("/effect bestand")
	bert.hears("In deze tijd is er geen melding verstuurd")

	gea, other := visit(t, "http://"+addr), visit(t, "http://"+addr)
	gea.says("/start", "/saar")
	gea.says("/activate "+w.invite(municipality...), "Gelukt!")
	gea.says("/groepen bestand", "Lisse: 29 buurtgroepen, als bestand voor Excel")
	path := "/document/" + gea.file().Key
	if status, body := gea.request(http.MethodGet, path, ""); status != http.StatusOK || body != string(file.Document) {
		t.Errorf("on the page came %d %q", status, body)
	}
	if status, _ := other.request(http.MethodGet, path, ""); status != http.StatusNotFound {
		t.Errorf("another visitor with the address is answered %d", status)
	}
	w.clock.forward(25 * time.Hour)
	for begun := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		status, _ := gea.request(http.MethodHead, path, "")
		if status == http.StatusGone {
			break
		}
		if time.Since(begun) > patience {
			t.Fatalf("a day later the file is answered %d", status)
		}
	}
}

// file is the latest file in the visitor's chat.
func (v *visitor) file() (file webchat.Document) {
	v.t.Helper()
	status, body := v.request(http.MethodGet, "/api/earlier?chat="+v.id+"&before=1000000", "")
	var page struct{ Messages []webchat.Message }
	if err := json.Unmarshal([]byte(body), &page); status != http.StatusOK || err != nil {
		v.t.Fatalf("the chat is %d %s, %v", status, body, err)
	}
	for _, m := range page.Messages {
		if m.Document != nil {
			file = *m.Document
		}
	}
	return file
}
