package whatsapp

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
	"github.com/buurtbode/buurtbode/messages"
)

// An old connection gives way to a new one, and nothing is lost meanwhile.
func TestOldConnectionIsRenewed(t *testing.T) {
	const number = "31600000001"
	server := whatsapptest.New(t)
	s, err := OpenStore(t.Context(), filepath.Join(t.TempDir(), "bot.whatsapp"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := server.Link(t.Context(), s.Container(), number); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	w, err := New(t.Context(), Config{Store: s, Server: server.Addr() + "#" + server.PublicKey(), Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	w.lookEvery, w.renewAfter = 100*time.Millisecond, 300*time.Millisecond
	heard := make(chan messages.Inbound, 100)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- w.Run(ctx, func(_ context.Context, in messages.Inbound) error {
			heard <- in
			return nil
		})
	}()
	anna := server.Person("Anna", "31600000002")
	clients := map[*whatsmeow.Client]bool{}
	for i := 0; len(clients) < 4; i++ {
		text := fmt.Sprint("/saar ", i)
		anna.Says(server.PN(number), text)
		if in := <-heard; in.Text != text {
			t.Errorf("heard %q, want %q", in.Text, text)
		}
		if cli := w.client.Load(); cli != nil {
			clients[cli] = true
		}
	}
	server.Confirmed(t, number)
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if strings.Contains(log.String(), "WARN") {
		t.Errorf("the log warns:\n%s", &log)
	}
}
