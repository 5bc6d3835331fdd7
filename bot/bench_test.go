package bot

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/exchange"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

const crowd = 10_000 // groups

func eachBench(b *testing.B, bench func(b *testing.B, cfg storage.Config)) {
	b.Helper()
	b.Run("sqlite", func(b *testing.B) { bench(b, storagetest.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { bench(b, storagetest.Postgres(b)) })
}

// crowded is a database with an area that has very many admin groups.
func crowded(b *testing.B, cfg storage.Config) (s *storage.Store, target storage.Target) {
	b.Helper()
	ctx := context.Background()
	s = storagetest.Open(b, cfg)
	if _, err := exchange.ImportSample(ctx, s); err != nil {
		b.Fatal(err)
	}
	err := s.Write(ctx, func(tx *storage.Tx) error {
		areas, err := tx.FindAreas("Lisse")
		if err != nil {
			return err
		}
		target = storage.AdminGroups([]int64{areas[0].ID})
		for i := range crowd {
			c, err := tx.EnsureChat(messages.Address{Platform: "telegram", Account: "1", Chat: fmt.Sprint(-1 - i)}, messages.Group, "Admins", noon)
			if err != nil {
				return err
			}
			if err := tx.LinkChat(c.ID, areas[0].ID, "", noon); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return s, target
}

// alert queues one text for the whole crowd.
func alert(tx *storage.Tx, target storage.Target, cause string) error {
	v := storage.Variant{Platform: "telegram", Language: "nl"}
	texts, err := tx.StoreText(cause, v, []messages.Part{{Body: messages.Rich{{Text: "Vermist: een jongen met een rode jas"}}}})
	if err != nil {
		return err
	}
	n, err := tx.FanOut(storage.Post{Cause: cause, Priority: storage.Urgent, Now: noon}, target, v, "nl", texts)
	if err == nil && n != crowd {
		err = fmt.Errorf("queued %d of %d", n, crowd)
	}
	return err
}

// fsync is how long the disk takes to keep a page: what every commit waits for.
func fsync(b *testing.B) time.Duration {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "page"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	const times = 50
	begun := time.Now()
	for range times {
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(begun) / times
}

// instant is a network that takes everything at once.
type instant struct {
	*network
	sent atomic.Int64
}

func (i *instant) Send(context.Context, messages.Outbound) (messages.Sent, error) {
	return messages.Sent{ID: fmt.Sprint("m", i.sent.Add(1))}, nil
}

// BenchmarkFanOutSend sends one alert to 10,000 groups through the outbox, every result durable, to a network that costs
// nothing: what is measured is the outbox and the disk.
func BenchmarkFanOutSend(b *testing.B) {
	eachBench(b, func(b *testing.B, cfg storage.Config) {
		s, target := crowded(b, cfg)
		net := &instant{network: newNetwork()}
		net.limits.Workers = 16
		bot := New(Config{Store: s, Engine: &echo{}, Platforms: []Platform{net}, Clock: &turned{now: noon}})
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan error)
		go func() { ended <- bot.Run(ctx) }()
		round := 0
		for b.Loop() {
			round++
			cause := fmt.Sprint("alert:", round)
			if err := s.Write(ctx, func(tx *storage.Tx) error { return alert(tx, target, cause) }); err != nil {
				b.Fatal(err)
			}
			for left := -1; left != 0; time.Sleep(time.Millisecond) {
				if net.sent.Load() < int64(round*crowd) {
					continue
				}
				err := s.Read(ctx, func(tx *storage.Tx) error {
					states, err := tx.Delivered(cause)
					left = crowd - states[storage.SentState]
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(crowd)*float64(b.N)/b.Elapsed().Seconds(), "sends/s")
		b.ReportMetric(float64(fsync(b).Microseconds()), "fsync-us")
		stop()
		if err := <-ended; err != nil {
			b.Fatal(err)
		}
	})
}

// bare is the one statement that queueing an alert comes down to.
const bare = `INSERT INTO deliveries (cause, account_id, chat_id, part, action, priority, expires_at, created_at)
	SELECT '%s', account_id, id, 1, 'send', 2, 0, 1 FROM chats WHERE area_id IS NOT NULL`

// BenchmarkFanOutQueue queues an alert for 10,000 groups, beside one bare INSERT ... SELECT of as many rows on a connection
// with the same settings. Both begin with an empty queue and a log that was written back, by turns; the ratio is of the medians.
func BenchmarkFanOutQueue(b *testing.B) {
	eachBench(b, func(b *testing.B, cfg storage.Config) {
		s, target := crowded(b, cfg)
		db, err := openRaw(cfg)
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		db.SetMaxOpenConns(1)
		do := func(query string) {
			if _, err := db.ExecContext(context.Background(), query); err != nil {
				b.Fatal(err)
			}
		}
		after := []string{"DELETE FROM deliveries"}
		if !cfg.Postgres() {
			for _, setting := range []string{"synchronous = FULL", "foreign_keys = 1", "cache_size = -4000", "temp_store = 2", "secure_delete = 1"} {
				do("PRAGMA " + setting)
			}
			after = append(after, "PRAGMA wal_checkpoint(TRUNCATE)")
		}
		ways := []func(round int){
			func(round int) {
				if err := s.Write(context.Background(), func(tx *storage.Tx) error { return alert(tx, target, fmt.Sprint("alert:", round)) }); err != nil {
					b.Fatal(err)
				}
			},
			func(round int) { do(fmt.Sprintf(bare, fmt.Sprint("bare:", round))) },
		}
		took := make([][]time.Duration, len(ways))
		round := 0
		for b.Loop() {
			round++
			for i := range ways {
				way := (round + i) % len(ways)
				begun := time.Now()
				ways[way](round)
				took[way] = append(took[way], time.Since(begun))
				b.StopTimer()
				for _, query := range after {
					do(query)
				}
				b.StartTimer()
			}
		}
		ours, theirs := median(took[0]), median(took[1])
		b.ReportMetric(float64(ours)/float64(theirs), "x-bare-insert")
		b.ReportMetric(float64(ours.Microseconds())/1000, "queue-ms")
		b.ReportMetric(float64(fsync(b).Microseconds()), "fsync-us")
	})
}

func median(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)/2]
}
