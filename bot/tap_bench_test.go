//go:build !race

package bot_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/exchange"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// crowdedTown is the program on a SQLite file and a stand-in for Telegram, with an officer and an area of so many groups.
func crowdedTown(b *testing.B, groups int) (telegram *telegramtest.Server, ria *telegramtest.Person, stop func()) {
	b.Helper()
	program, cfg := build(b), storagetest.SQLite(b)
	telegram = telegramtest.New(b, telegramtest.WithPatience(15*time.Second))
	store := storagetest.Open(b, cfg)
	ctx := context.Background()
	if _, err := exchange.ImportSample(ctx, store); err != nil {
		b.Fatal(err)
	}
	account, _, _ := strings.Cut(telegram.Token(), ":")
	err := store.Write(ctx, func(tx *storage.Tx) error {
		areas, err := tx.FindAreas("Lisse")
		if err != nil {
			return err
		}
		for i := range groups {
			g := telegram.Supergroup(fmt.Sprintf("Beheerders %05d", i)).AddBot()
			at := messages.Address{Platform: "telegram", Account: account, Chat: fmt.Sprint(g.ID())}
			c, err := tx.EnsureChat(at, messages.Group, g.Title, time.Now())
			if err != nil {
				return err
			}
			if err := tx.LinkChat(c.ID, areas[0].ID, "", time.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errorsOf(err, store.Close()); err != nil {
		b.Fatal(err)
	}
	// that the bot was added everywhere is told already
	for range 2 {
		res, err := http.Get(telegram.URL() + "/bot" + telegram.Token() + "/getUpdates?offset=-1&limit=1")
		if err != nil {
			b.Fatal(err)
		}
		_ = res.Body.Close()
	}
	invite := exec.CommandContext(b.Context(), program, "invite", "officer", "--area", "Lisse")
	invite.Env = append(os.Environ(), "BUURTBODE_DATABASE="+cfg.Database)
	code, err := invite.Output()
	if err != nil {
		b.Fatal(err)
	}
	p := launch(b, program, cfg, telegram)
	ria = telegram.Person("Ria")
	ria.Says("/activate " + strings.TrimSpace(string(code)))
	ria.Hears("Lisse")
	return telegram, ria, func() {
		p.signal(syscall.SIGTERM)
		p.ends(0)
	}
}

func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// draft writes an alert up to its preview.
func draft(ria *telegramtest.Person, round int) {
	ria.Says(fmt.Sprintf("/melding vermist; Jongen van %d vermist; Kerkplein; nu; blauwe jas; ; 1", 5+round))
	ria.Hears("Vermist in Lisse", "Versturen")
}

// BenchmarkFirstDelivery tells how long after the officer's tap the first group has an alert: through the program, its
// database file and HTTP to a stand-in on this machine.
func BenchmarkFirstDelivery(b *testing.B) {
	for _, groups := range []int{48, 10_000} {
		b.Run(fmt.Sprintf("groups=%d", groups), func(b *testing.B) {
			telegram, ria, stop := crowdedTown(b, groups)
			var took []time.Duration
			for round := 1; b.Loop(); round++ {
				b.StopTimer()
				draft(ria, round)
				before := len(telegram.Messages())
				b.StartTimer()
				tapped := time.Now()
				ria.Taps("Versturen")
				first, found := firstInGroup(b, telegram, before)
				if !found {
					b.Fatal("no group has the alert")
				}
				took = append(took, first.At.Sub(tapped))
				b.StopTimer()
				ria.Says("/weghalen " + fmt.Sprint(round)) // what waits is cancelled: the next alert finds an empty queue
				ria.Hears("overal weghalen")
				ria.Taps("Ja, intrekken")
				ria.Hears("overal weggehaald")
				telegram.Settle(time.Second, time.Minute)
				b.StartTimer()
			}
			stop()
			slices.Sort(took)
			b.ReportMetric(ms(took[len(took)/2]), "first-ms")
			b.ReportMetric(ms(took[len(took)-1]), "worst-ms")
		})
	}
}

// firstInGroup waits for the first message in a group after so many others.
func firstInGroup(b *testing.B, telegram *telegramtest.Server, before int) (telegramtest.Message, bool) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	i := 0
	for m := range telegram.Follow(ctx) {
		if i++; i > before && m.Chat < 0 && m.Action == telegramtest.Sent {
			return m, true
		}
	}
	return telegramtest.Message{}, false
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

const (
	questions = 300                    // of residents, in each half of the benchmark
	gap       = 200 * time.Millisecond // between two of them at least, and three times that at most
)

// BenchmarkCommandDuringFanOut tells how long the answer to a resident's command takes, from the message to the answer in
// the resident's chat: while nothing else happens, and while an alert is queued for 10,000 groups and sent to them at the
// rate that Telegram allows. Residents write one after the other, two or three a second.
func BenchmarkCommandDuringFanOut(b *testing.B) {
	telegram, ria, stop := crowdedTown(b, 10_000)
	people := make([]*telegramtest.Person, 200)
	for i := range people {
		people[i] = telegram.Person(fmt.Sprintf("Bewoner %03d", i))
		people[i].Says("/start")
		people[i].Hears("buurtbode")
	}
	gaps := rand.New(rand.NewPCG(1, 2))
	ask := func(n int) []time.Duration {
		took := make([]time.Duration, n)
		for i := range took {
			<-time.After(gap + time.Duration(gaps.Int64N(int64(2*gap)))) // as people do
			p := people[i%len(people)]
			begun := time.Now()
			p.Says("/saar")
			took[i] = p.Hears("112").At.Sub(begun)
		}
		slices.Sort(took)
		return took
	}
	for b.Loop() {
		ask(20)
		idle := ask(questions)
		draft(ria, 1)
		ria.Taps("Versturen")
		before := len(telegram.Messages())
		busy := ask(questions)
		sent := len(telegram.Messages()) - before - len(busy)
		for name, took := range map[string][]time.Duration{"idle": idle, "busy": busy} {
			b.ReportMetric(ms(took[len(took)/2]), name+"-p50-ms")
			b.ReportMetric(ms(took[len(took)*99/100]), name+"-p99-ms")
			b.ReportMetric(ms(took[len(took)-1]), name+"-worst-ms")
		}
		b.ReportMetric(float64(busy[len(busy)*99/100])/float64(idle[len(idle)*99/100]), "p99-x-idle")
		b.ReportMetric(float64(sent), "groups-sent")
	}
	stop()
}
