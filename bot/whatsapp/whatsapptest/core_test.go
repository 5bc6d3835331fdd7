package whatsapptest_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
)

const (
	annasNumber = "31612345678"
	bertsNumber = "31687654321"
	botsNumber  = "31600000001"
)

// within is a context that ends when the test has waited long enough, in real time.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// next waits for a value.
func next[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-within(t).Done():
		t.Fatalf("waited in vain for a %T", *new(T))
		panic("unreachable")
	}
}

// listen collects a client's events of one kind.
func listen[T any](p *whatsapptest.Phone) <-chan T {
	all := make(chan T, 100)
	p.Client().AddEventHandler(func(e any) {
		if v, ok := e.(T); ok {
			all <- v
		}
	})
	return all
}

func TestWhatComesWhileOfflineWaits(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bert := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber)
	anna.Says(bert.PN(), "eerst")
	bert.Hears(t, anna.PN(), "eerst")
	previews, ends := listen[*events.OfflineSyncPreview](bert), listen[*events.OfflineSyncCompleted](bert)
	bert.Offline()
	for i := range 3 {
		anna.Says(bert.PN(), fmt.Sprintf("bericht %d", i))
	}
	if n := server.Waiting(bertsNumber); n != 3 {
		t.Errorf("%d stanzas wait, want 3", n)
	}
	bert.Online()
	if p := next(t, previews); p.Messages != 3 || p.Total != 3 {
		t.Errorf("the preview says %+v", p)
	}
	if e := next(t, ends); e.Count != 3 {
		t.Errorf("the end says %d", e.Count)
	}
	heard := bert.Heard(anna.PN())
	if len(heard) != 4 || heard[1].Text != "bericht 0" || heard[3].Text != "bericht 2" {
		t.Errorf("Bert heard %+v", heard)
	}
	server.Confirmed(t, bertsNumber)
}

func TestReceipts(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bert := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber)
	receipts := listen[*events.Receipt](anna)
	id := anna.Says(bert.PN(), "Hallo")
	if r := next(t, receipts); r.MessageIDs[0] != id || r.Type != types.ReceiptTypeInactive || r.Sender.ToNonAD() != bert.PN() {
		t.Errorf("the first receipt is %+v", r)
	}
	bert.Hears(t, anna.PN(), "Hallo")
	ctx := within(t)
	if err := bert.Client().MarkRead(ctx, []types.MessageID{id}, time.Now(), anna.PN(), anna.PN()); err != nil {
		t.Fatal(err)
	}
	if r := next(t, receipts); r.MessageIDs[0] != id || r.Type != types.ReceiptTypeRead {
		t.Errorf("the second receipt is %+v", r)
	}
}

func TestOneTimeKeysAreUsedOnceAndFilledUp(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bert := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber)
	ctx := within(t)
	before := server.Keys(bertsNumber)
	seen := map[uint32]bool{}
	for range before - 4 {
		//nolint:staticcheck // a test may ask the server for keys without a message to send
		keys, err := anna.Client().DangerousInternals().FetchPreKeys(ctx, []types.JID{bert.PN()})
		if err != nil || len(keys) != 1 {
			t.Fatalf("keys: %v, %v", keys, err)
		}
		seen[uint32(server.Keys(bertsNumber))] = true
	}
	if len(seen) < before-4 {
		t.Errorf("%d answers used %d keys", before-4, len(seen))
	}
	for ; server.Keys(bertsNumber) < before; time.Sleep(time.Millisecond) {
		if ctx.Err() != nil {
			t.Fatal("no more keys were uploaded")
		}
	}
	anna.Says(bert.PN(), "Hallo")
	bert.Hears(t, anna.PN(), "Hallo")
}

func TestClientsAskWhatTheyAsk(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bert := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber)
	ctx := within(t)
	client := anna.Client()
	is, err := client.IsOnWhatsApp(ctx, []string{"+" + bertsNumber, "+31699999999"})
	if err != nil || len(is) != 2 || !is[0].IsIn || is[0].JID != bert.PN() || is[1].IsIn {
		t.Errorf("on WhatsApp: %+v, %v", is, err)
	}
	if err := client.SetStatusMessage(ctx, "Automatisch antwoord"); err != nil || server.About(annasNumber) != "Automatisch antwoord" {
		t.Errorf("about %q, %v", server.About(annasNumber), err)
	}
	info, err := client.GetUserInfo(ctx, []types.JID{bert.PN()})
	if err != nil || info[bert.PN()].LID != bert.LID() || len(info[bert.PN()].Devices) != 1 {
		t.Errorf("info %+v, %v", info, err)
	}
	if _, err := client.TryFetchPrivacySettings(ctx, true); err != nil {
		t.Error(err)
	}
	if _, err := client.UpdateBlocklist(ctx, bert.PN(), events.BlocklistChangeActionBlock); err != nil {
		t.Error(err)
	}
	if list, err := client.GetBlocklist(ctx); err != nil || len(list.JIDs) != 1 {
		t.Errorf("blocked: %+v, %v", list, err)
	}
	for _, presence := range []types.Presence{types.PresenceAvailable, types.PresenceUnavailable} {
		if err := client.SendPresence(ctx, presence); err != nil {
			t.Error(err)
		}
	}
	writing := listen[*events.ChatPresence](bert)
	if err := client.SendChatPresence(ctx, bert.PN(), types.ChatPresenceComposing, types.ChatPresenceMediaText); err != nil {
		t.Error(err)
	}
	if w := next(t, writing); w.State != types.ChatPresenceComposing || w.Sender != anna.PN() {
		t.Errorf("Bert sees %+v", w)
	}
}

func TestWhatTheServerDoesNotKnowIsReported(t *testing.T) {
	var mu sync.Mutex
	var said []string
	server, err := whatsapptest.Start("127.0.0.1:0", func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		said = append(said, fmt.Sprintf(format, args...))
	})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	anna := server.Person("Anna", annasNumber)
	//nolint:staticcheck // a test may ask the server what no client asks
	_, err = anna.Client().DangerousInternals().SendIQ(within(t), whatsmeow.DangerousInfoQuery{
		Namespace: "w:strange", Type: "get", To: types.ServerJID, Content: []waBinary.Node{{Tag: "thing"}},
	})
	if err == nil || !strings.Contains(err.Error(), "501") {
		t.Errorf("the answer is %v", err)
	}
	mu.Lock()
	defer mu.Unlock()
	if got := strings.Join(said, "\n"); !strings.Contains(got, "<iq xmlns=w:strange type=get> thing") {
		t.Errorf("reported: %q", got)
	}
}

func text(s string) *waE2E.Message { return &waE2E.Message{Conversation: &s} }
