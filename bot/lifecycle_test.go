package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestWhatWasBeingSentIsTakenUpAtOnce(t *testing.T) {
	each(t, func(r *running) {
		c := r.chat("-1")
		ids := r.queue(
			storage.Delivery{Cause: "first", ChatID: c.ID, State: storage.Sending, Owner: "a process that died"},
			storage.Delivery{Cause: "second", ChatID: c.ID},
		)
		begun := time.Now()
		r.start()
		r.hears("-1", "first", "second")
		if took := time.Since(begun); took > 5*time.Second {
			r.Errorf("taken up after %v", took)
		}
		if d := r.becomes(ids[0], storage.SentState); d.Owner != "" {
			r.Errorf("the delivery is %+v", d)
		}
	})
}

// An answer is claimed in the transaction that queues it; when the commit succeeds and its answer gets lost, nobody here
// knows of it.
func TestStrayIsPutBack(t *testing.T) {
	each(t, func(r *running) {
		r.start()
		c := r.chat("-1")
		r.queue(storage.Delivery{Cause: "answer", ChatID: c.ID, State: storage.Sending, Owner: r.engine.owner})
		out := r.bot.outboxes[c.AccountID]
		out.sweep(context.Background())
		out.nudge()
		r.never("it is put back at the first sight", func() bool { return len(r.net.heard("-1")) > 0 })
		out.sweep(context.Background())
		out.nudge()
		r.hears("-1", "answer")
	})
}

func TestStopKeepsResultsAndTheQueue(t *testing.T) {
	each(t, func(r *running) {
		hold := make(chan struct{})
		r.net.hold = hold
		var many []storage.Delivery
		for i := range 30 {
			many = append(many, storage.Delivery{Cause: fmt.Sprint(i), ChatID: r.chat(fmt.Sprint(-1 - i)).ID})
		}
		ids := r.queue(many...)
		r.start()
		r.eventually("four are under way", func() bool { _, _, underway, _ := r.net.counts(); return underway == 4 })
		r.cancel()
		r.eventually("nothing is received any more", func() bool { return !r.net.Ready() })
		close(hold)
		r.stop()
		states := map[storage.DeliveryState]int{}
		for _, id := range ids {
			d := r.delivery(id)
			states[d.State]++
			if d.Owner != "" || d.State == storage.SentState && d.MessageID == "" {
				r.Errorf("left behind is %+v", d)
			}
		}
		if n, tries, _, _ := r.net.counts(); states[storage.SentState] != 4 || states[storage.Queued] != 26 || n != 4 || tries != 4 {
			r.Errorf("%d were taken of %d tries, and the states are %v", n, tries, states)
		}
		r.net.hold = nil
		r.start()
		for _, id := range ids {
			r.becomes(id, storage.SentState)
		}
		if _, tries, _, _ := r.net.counts(); tries != 30 {
			r.Errorf("%d tries for 30 messages", tries)
		}
	})
}

func TestStopEndsSendsThatHang(t *testing.T) {
	r := prepare(t, storagetest.SQLite(t))
	r.net.hold = make(chan struct{}) // for ever
	id := r.queue(storage.Delivery{Cause: "alert", ChatID: r.chat("-1").ID})[0]
	r.start()
	r.eventually("it is under way", func() bool { _, _, underway, _ := r.net.counts(); return underway == 1 })
	begun := time.Now()
	r.stop()
	if took := time.Since(begun); took > graceful+lastWrites || took < graceful {
		t.Errorf("stopped after %v, want some %v", took, graceful)
	}
	if d := r.delivery(id); d.State != storage.Queued || d.Attempts != 0 {
		t.Errorf("what hung is %+v", d)
	}
}

func TestOtherProcessesMessagesAreSent(t *testing.T) {
	each(t, func(r *running) {
		r.start()
		c := r.chat("-1")
		other := storagetest.Open(r.T, r.cfg) // `buurtbode import` beside the running bot, for one
		err := other.Write(context.Background(), func(tx *storage.Tx) error {
			_, err := queueText(tx, storage.Delivery{Cause: "from outside", ChatID: c.ID}, messages.Part{Body: messages.Rich{{Text: "from outside"}}})
			return err
		})
		if err != nil {
			r.Fatal(err)
		}
		r.hears("-1", "from outside")
	})
}

func TestLostLockStopsTheAccountUntilItIsOursAgain(t *testing.T) {
	r := prepare(t, storagetest.Postgres(t))
	r.start()
	if err := r.says("7", "1", "before"); err != nil {
		t.Fatal(err)
	}
	r.hears("7", "echo before")
	storagetest.BreakLock(t, r.cfg, "telegram", "1")
	r.bot.outboxes[r.chat("7").AccountID].suspect()
	r.eventually("the account stops", func() bool { return strings.Contains(r.log.String(), "stops until it is ours again") })
	r.eventually("the platform runs again", r.net.Ready)
	if err := r.says("7", "2", "after"); err != nil {
		t.Fatal(err)
	}
	r.hears("7", "echo before", "echo after")
	if err := r.bot.Healthy(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestTwoProcessesOnOneAccount(t *testing.T) {
	r := prepare(t, storagetest.Postgres(t))
	r.start()
	second := prepare(t, r.cfg)
	second.launch()
	select {
	case err := <-second.ended:
		second.ended <- nil
		if !errors.Is(err, storage.ErrLocked) {
			t.Errorf("the second process ends with %v", err)
		}
	case <-time.After(patience):
		t.Fatal("the second process goes on")
	}
	if err := r.says("7", "1", "hello"); err != nil {
		t.Error(err)
	}
	r.hears("7", "echo hello")
	other := prepare(t, r.cfg)
	other.net.account = "2" // another account beside it
	other.start()
	if err := other.says("7", "1", "hello too"); err != nil {
		t.Error(err)
	}
	other.hears("7", "echo hello too")
	r.stop()
	next := prepare(t, r.cfg)
	next.start()
	if err := next.says("7", "1", "hello"); err != nil { // the network brings it to the successor too
		t.Error(err)
	}
	next.never("a repeat is answered by the next process", func() bool { return len(next.net.heard("7")) > 0 })
}

func TestTwoProcessesOnOneFile(t *testing.T) {
	r := prepare(t, storagetest.SQLite(t))
	r.start()
	second := prepare(t, r.cfg)
	if err := New(Config{Store: second.store, Engine: second.engine, Platforms: []Platform{second.net}}).Run(context.Background()); !errors.Is(err, storage.ErrLocked) {
		t.Errorf("the second process ends with %v", err)
	}
}

// A successor takes the account over while sends of the first are under way: each worker repeats at most one.
func TestTakeOverRepeatsAtMostWhatWasUnderWay(t *testing.T) {
	r := prepare(t, storagetest.Postgres(t))
	hold := make(chan struct{})
	r.net.hold = hold
	var many []storage.Delivery
	for i := range 40 {
		many = append(many, storage.Delivery{Cause: fmt.Sprint(i), ChatID: r.chat(fmt.Sprint(-1 - i)).ID})
	}
	ids := r.queue(many...)
	r.start()
	r.becomes(ids[39], storage.Sending)
	r.eventually("four are under way", func() bool { _, _, underway, _ := r.net.counts(); return underway == 4 })
	r.store.WhenQueued(func() {})
	storagetest.BreakLock(t, r.cfg, "telegram", "1")
	next := prepare(t, r.cfg)
	next.start()
	for _, id := range ids {
		next.becomes(id, storage.SentState)
	}
	close(hold)
	r.stop()
	first, _, _, _ := r.net.counts()
	second, _, _, _ := next.net.counts()
	if second != 40 || first > 4 {
		t.Errorf("the first process sent %d and its successor %d, want at most 4 repeats of 40", first, second)
	}
	for _, id := range ids {
		if d := r.delivery(id); d.State != storage.SentState {
			t.Errorf("the first process changed what its successor had ended: %+v", d)
		}
	}
}

func TestPlatformThatBreaksStopsOnlyItself(t *testing.T) {
	r := prepare(t, storagetest.SQLite(t))
	broken := &breaking{network: newNetwork()}
	broken.account = "2"
	b := New(Config{Store: r.store, Engine: r.engine, Platforms: []Platform{broken, r.net}, Clock: r.clock, Owner: r.engine.owner})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	r.eventually("the other platform runs", r.net.Ready)
	r.eventually("the broken one has ended", func() bool { return len(b.accounts()) == 1 })
	if err := r.says("7", "1", "hello"); err != nil {
		t.Error(err)
	}
	r.hears("7", "echo hello")
	if err := b.Healthy(ctx); err == nil {
		t.Error("healthy, though a platform has ended")
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

// breaking is a platform that panics.
type breaking struct{ *network }

func (*breaking) Run(context.Context, func(context.Context, messages.Inbound) error) error {
	panic("an adapter that breaks")
}

func TestMetricsCountWithoutNames(t *testing.T) {
	r := prepare(t, storagetest.SQLite(t))
	r.start()
	if err := r.says("31612345678", "1", "hello"); err != nil {
		t.Fatal(err)
	}
	r.hears("31612345678", "echo hello")
	r.queue(storage.Delivery{Cause: "later", ChatID: r.chat("-1").ID, NotBefore: time.Now().Add(time.Hour).UnixMilli()})
	families, err := r.bot.Metrics().Gather()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, f := range families {
		seen[f.GetName()] = true
		if strings.Contains(f.String(), "31612345678") {
			t.Errorf("%s names a chat", f.GetName())
		}
	}
	for _, name := range []string{"buurtbode_received_total", "buurtbode_handled_total", "buurtbode_send_seconds", "buurtbode_queue_length"} {
		if !seen[name] {
			t.Errorf("%s is missing", name)
		}
	}
}
