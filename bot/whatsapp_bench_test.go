//go:build !race

package bot_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"

	"github.com/buurtbode/buurtbode/bot/whatsapp"
	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/exchange"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

const alertText = "Vermist: een jongen van 6 met een rode jas, weggelopen bij de speeltuin. Bel 112 als je hem ziet."

// linkedStore is a store of keys with a number that is linked.
func linkedStore(b *testing.B, server *whatsapptest.Server, file, number string) *whatsapp.Store {
	b.Helper()
	store, err := whatsapp.OpenStore(b.Context(), file)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	if _, err := server.Link(b.Context(), store.Container(), number); err != nil {
		b.Fatal(err)
	}
	return store
}

// bareClient is a client of whatsmeow's and nothing else, with a store of the same kind, that is connected.
func bareClient(ctx context.Context, b *testing.B, store *whatsapp.Store, addr string) *whatsmeow.Client {
	b.Helper()
	device, err := store.Container().GetFirstDevice(ctx)
	if err != nil {
		b.Fatal(err)
	}
	cli := whatsmeow.NewClient(device, nil)
	cli.SetWebsocketHTTPClient(whatsapptest.Client(addr))
	cli.SetPreLoginHTTPClient(whatsapptest.Client(addr))
	cli.ManualHistorySyncDownload = true
	up := make(chan struct{})
	cli.AddEventHandler(func(event any) {
		if _, ok := event.(*events.OfflineSyncCompleted); ok {
			close(up)
		}
	})
	if err := cli.ConnectContext(ctx); err != nil {
		b.Fatal(err)
	}
	<-up
	return cli
}

// adapter runs the adapter on a store until the benchmark ends.
func adapter(b *testing.B, store *whatsapp.Store, server *whatsapptest.Server) *whatsapp.WhatsApp {
	b.Helper()
	w, err := whatsapp.New(b.Context(), whatsapp.Config{Store: store, Server: server.Addr() + "#" + server.PublicKey(), Rate: 60_000})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(b.Context()))
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx, func(context.Context, messages.Inbound) error { return nil }) }()
	b.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
	return w
}

// BenchmarkWhatsAppGroupSend sends to a group through the adapter and with whatsmeow alone, by turns, to the same stand-in and with
// keys in files of the same kind. The ratio is of the medians.
func BenchmarkWhatsAppGroupSend(b *testing.B) {
	for _, members := range []int{30, 1024} {
		b.Run(fmt.Sprint(members), func(b *testing.B) {
			server := whatsapptest.New(b)
			ours := linkedStore(b, server, filepath.Join(b.TempDir(), "ours"), "31600000001")
			theirs := linkedStore(b, server, filepath.Join(b.TempDir(), "theirs"), "31600000002")
			// a group each: neither reads what the other sends meanwhile
			group := server.Group("Beheerders", whatsapptest.Member("31600000001"), whatsapptest.Crowd(members-1))
			other := server.Group("Beheerders", whatsapptest.Member("31600000002"), whatsapptest.Crowd(members-1))
			ctx, stop := context.WithCancel(context.WithoutCancel(b.Context()))
			b.Cleanup(stop)
			cli := bareClient(ctx, b, theirs, server.Addr())
			w := adapter(b, ours, server)
			n := 0
			ways := []func(){
				func() {
					m := messages.Outbound{
						To:   messages.Address{Platform: "whatsapp", Account: w.Account(), Chat: group.String()},
						Kind: messages.Group, Action: messages.Send, Key: fmt.Sprintf("%032x", n), Body: messages.Rich{{Text: alertText}},
					}
					if _, err := w.Send(ctx, m); err != nil {
						b.Fatal(err)
					}
				},
				func() {
					m := &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: proto.String(alertText)}}
					if _, err := cli.SendMessage(ctx, other, m); err != nil {
						b.Fatal(err)
					}
				},
			}
			for _, send := range ways { // the first message makes the sessions
				send()
			}
			took := make([][]time.Duration, len(ways))
			for b.Loop() {
				n++
				for i := range ways {
					way := (n + i) % len(ways)
					begun := time.Now()
					ways[way]()
					took[way] = append(took[way], time.Since(begun))
				}
			}
			for _, all := range took {
				slices.Sort(all)
			}
			median := func(all []time.Duration) float64 { return float64(all[len(all)/2].Microseconds()) / 1000 }
			b.ReportMetric(median(took[0])/median(took[1]), "x-bare-whatsmeow")
			b.ReportMetric(median(took[0]), "adapter-ms")
			b.ReportMetric(median(took[1]), "bare-ms")
			server.Confirmed(b, "31600000001")
			server.Confirmed(b, "31600000002")
		})
	}
}

// BenchmarkWhatsAppMemory tells how much memory the program takes that is linked with a number, beside a process that is a
// client of whatsmeow's and nothing else. Both have answered the same number of messages in the same group of thirty.
func BenchmarkWhatsAppMemory(b *testing.B) {
	if runtime.GOOS != "linux" {
		b.Skip("what a process takes is read from /proc")
	}
	const said = 100
	program, bare := build(b), filepath.Join(b.TempDir(), "bare")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-buildvcs=false", "-o", bare, "./testdata/barewhatsapp").CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	for b.Loop() {
		server := whatsapptest.New(b)
		dir := b.TempDir()
		database := filepath.Join(dir, "bot.db")
		files := []string{database + ".whatsapp", filepath.Join(dir, "bare")}
		numbers := []string{"31600000001", "31600000002"}
		for i := range files {
			_ = linkedStore(b, server, files[i], numbers[i]).Close()
		}
		commands := []*exec.Cmd{
			exec.CommandContext(b.Context(), program),
			exec.CommandContext(b.Context(), bare, files[1], server.Addr(), server.PublicKey()),
		}
		commands[0].Env = append(os.Environ(), "BUURTBODE_DATABASE="+database, "BUURTBODE_WEB=127.0.0.1:0", "BUURTBODE_WHATSAPP=on",
			"BUURTBODE_WHATSAPP_RATE=60000", "BUURTBODE_WHATSAPP_SERVER="+server.Addr()+"#"+server.PublicKey())
		var took [2]float64
		for i, cmd := range commands {
			var log output
			cmd.Stderr = &log
			if err := cmd.Start(); err != nil {
				b.Fatal(err)
			}
			anna := server.Person("Anna", fmt.Sprint(31600000010+i))
			group := server.Group("Beheerders", anna, whatsapptest.Member(numbers[i]), whatsapptest.Crowd(28))
			for n := range said {
				chat := group
				if n%2 == 0 {
					chat = server.PN(numbers[i])
				}
				anna.Says(chat, "/saar")
				server.Confirmed(b, numbers[i])
			}
			anna.HearsWhere(b, server.PN(numbers[i]), "in answer", func(whatsapptest.Message) bool { return true })
			anna.HearsWhere(b, group, "in answer", func(whatsapptest.Message) bool { return true })
			took[i] = resident(b, cmd.Process.Pid)
			_ = cmd.Process.Kill()
			_ = cmd.Wait() // it was killed
		}
		b.ReportMetric(took[0], "bot-MB-RSS")
		b.ReportMetric(took[1], "bare-MB-RSS")
		b.ReportMetric(took[0]/took[1], "x-bare-RSS")
	}
}

// BenchmarkWhatsAppAnswerDuringAlert sends an alert to groups of 1,024 members and asks something in private meanwhile. It
// tells how long the answer took, beside what one send to such a group takes: the answer waits for the one that is under
// way, and passes the others. The rate is out of the way here; at twelve a minute an answer is the next message too.
func BenchmarkWhatsAppAnswerDuringAlert(b *testing.B) {
	const many, members, bots = 8, 1024, "31600000001"
	program := build(b)
	server := whatsapptest.New(b)
	cfg := storagetest.SQLite(b)
	_ = linkedStore(b, server, cfg.Database+".whatsapp", bots).Close()
	anna, bert := server.Person("Anna", "31600000010"), server.Person("Bert", "31600000011")
	store := storagetest.Open(b, cfg)
	if _, err := exchange.ImportSample(b.Context(), store); err != nil {
		b.Fatal(err)
	}
	var groups []types.JID
	for range many {
		groups = append(groups, server.Group("Beheerders", anna, whatsapptest.Member(bots), whatsapptest.Crowd(members-2)))
	}
	target := linkGroups(b, store, server.LID(bots).User, groups)
	cmd := exec.CommandContext(b.Context(), program)
	cmd.Env = append(os.Environ(), "BUURTBODE_DATABASE="+cfg.Database, "BUURTBODE_WEB=", "BUURTBODE_WHATSAPP=on",
		"BUURTBODE_WHATSAPP_RATE=60000", "BUURTBODE_WHATSAPP_SERVER="+server.Addr()+"#"+server.PublicKey())
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	}()
	fanOut := func(words string) {
		err := store.Write(b.Context(), func(tx *storage.Tx) error {
			v := storage.Variant{Platform: "whatsapp", Language: "nl"}
			texts, err := tx.StoreText(words, v, []messages.Part{{Body: messages.Rich{{Text: words}}}})
			if err != nil {
				return err
			}
			n, err := tx.FanOut(storage.Post{Cause: words, Priority: storage.Urgent, Now: time.Now()}, target, v, "nl", texts)
			if err == nil && n != many {
				err = fmt.Errorf("queued %d of %d", n, many)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	fanOut("Om te beginnen") // makes the sessions
	for _, g := range groups {
		anna.Hears(b, g, "Om te beginnen")
	}
	bert.Says(server.PN(bots), "/saar")
	bert.Hears(b, server.PN(bots), "112")
	var answers, sends []time.Duration
	for b.Loop() {
		words := fmt.Sprintf("Melding %04d", len(answers))
		fanOut(words)
		anna.Hears(b, groups[1], words)
		known := map[types.MessageID]bool{}
		for _, m := range bert.Heard(server.PN(bots)) {
			known[m.ID] = true
		}
		begun := time.Now()
		bert.Says(server.PN(bots), "/saar")
		bert.HearsWhere(b, server.PN(bots), "in answer", func(m whatsapptest.Message) bool { return !known[m.ID] })
		answers = append(answers, time.Since(begun))
		anna.Hears(b, groups[4], words)
		begun = time.Now()
		anna.Hears(b, groups[many-1], words)
		sends = append(sends, time.Since(begun)/(many-5))
	}
	slices.Sort(answers)
	slices.Sort(sends)
	send := sends[len(sends)/2]
	b.ReportMetric(float64(send.Milliseconds()), "send-ms")
	b.ReportMetric(float64(answers[len(answers)/2].Milliseconds()), "answer-ms")
	b.ReportMetric(float64(answers[len(answers)/2])/float64(send), "x-one-send")
	b.ReportMetric(float64(answers[len(answers)-1])/float64(send), "worst-x-one-send")
}

// linkGroups makes the groups admin groups of Lisse, and gives them as the target of an alert.
func linkGroups(b *testing.B, store *storage.Store, account string, groups []types.JID) (target storage.Target) {
	b.Helper()
	err := store.Write(b.Context(), func(tx *storage.Tx) error {
		areas, err := tx.FindAreas("Lisse")
		if err != nil {
			return err
		}
		target = storage.AdminGroups([]int64{areas[0].ID})
		for _, g := range groups {
			c, err := tx.EnsureChat(messages.Address{Platform: "whatsapp", Account: account, Chat: g.String()}, messages.Group, "Beheerders", time.Now())
			if err != nil {
				return err
			}
			if err := tx.LinkChat(c.ID, areas[0].ID, "", time.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return target
}
