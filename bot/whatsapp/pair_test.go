package whatsapp_test

import (
	"context"
	"errors"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/bot/whatsapp"
	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
)

func emptyStore(t *testing.T) *whatsapp.Store {
	t.Helper()
	store, err := whatsapp.OpenStore(t.Context(), filepath.Join(t.TempDir(), "bot.whatsapp"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// linked tells whether a store has a number, and whether an adapter takes it.
func linked(t *testing.T, store *whatsapp.Store, s *whatsapptest.Server) string {
	t.Helper()
	number, err := store.Linked(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := whatsapp.New(t.Context(), whatsapp.Config{Store: store, Server: at(s)}); number != "" && err != nil {
		t.Fatal(err)
	}
	return number
}

func TestPairByQRCode(t *testing.T) {
	s, store := whatsapptest.New(t), emptyStore(t)
	shown := 0
	number, err := whatsapp.Pair(t.Context(), whatsapp.Pairing{
		Store: store, Server: at(s), About: "Automatisch: hier leest niemand mee",
		ShowQR: func(text string, stays time.Duration) {
			if shown++; stays <= 0 {
				t.Errorf("the code stays %v", stays)
			}
			if err := s.ScanQR(text, botsNumber); err != nil {
				t.Error(err)
			}
		},
		ShowCode: func(string) { t.Error("a code to type was shown") },
	})
	if err != nil || number != botsNumber || shown != 1 {
		t.Fatalf("linked %q after %d codes, %v", number, shown, err)
	}
	if got := linked(t, store, s); got != botsNumber {
		t.Errorf("the store has %q", got)
	}
	if about := s.About(botsNumber); !strings.Contains(about, "Automatisch") {
		t.Errorf("the profile says %q", about)
	}
	r := &rig{t: t, server: s, store: store}
	r.init()
	r.start()
	s.Person("Anna", annasNumber).Says(s.PN(botsNumber), "hallo")
	r.hearsText("hallo")
}

func TestPairByTypedCode(t *testing.T) {
	s, store := whatsapptest.New(t), emptyStore(t)
	number, err := whatsapp.Pair(t.Context(), whatsapp.Pairing{
		Store: store, Server: at(s), Phone: botsNumber,
		ShowQR: func(string, time.Duration) { t.Error("a QR code was shown") },
		ShowCode: func(code string) {
			if !regexp.MustCompile(`^[0-9A-Z]{4}-[0-9A-Z]{4}$`).MatchString(code) {
				t.Errorf("the code is %q", code)
			}
			if err := s.EnterCode(botsNumber, code); err != nil {
				t.Error(err)
			}
		},
	})
	if err != nil || number != botsNumber || linked(t, store, s) != botsNumber {
		t.Fatalf("linked %q, %v", number, err)
	}
}

func TestPairingThatIsGivenUp(t *testing.T) {
	s, store := whatsapptest.New(t), emptyStore(t)
	ctx, stop := context.WithCancel(t.Context())
	_, err := whatsapp.Pair(ctx, whatsapp.Pairing{Store: store, Server: at(s), ShowQR: func(string, time.Duration) { stop() }})
	if !errors.Is(err, context.Canceled) || linked(t, store, s) != "" {
		t.Errorf("it ended with %v", err)
	}
}
