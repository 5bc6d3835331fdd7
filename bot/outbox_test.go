package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

func TestOrderInAChatAndUrgency(t *testing.T) {
	each(t, func(r *running) {
		r.net.limits.Workers = 1
		a, b := r.chat("-1"), r.chat("-2")
		r.queue(
			storage.Delivery{Cause: "campaign c", ChatID: r.chat("-3").ID, Priority: storage.Campaign},
			storage.Delivery{Cause: "summary d", ChatID: r.chat("-4").ID, Priority: storage.Summary},
			storage.Delivery{Cause: "campaign a", ChatID: a.ID, Priority: storage.Campaign},
			storage.Delivery{Cause: "summary b", ChatID: b.ID, Priority: storage.Summary},
			storage.Delivery{Cause: "alert a1", ChatID: a.ID},
			storage.Delivery{Cause: "alert a2", ChatID: a.ID},
			storage.Delivery{Cause: "alert b", ChatID: b.ID},
		)
		r.start()
		r.hears("-1", "alert a1", "alert a2", "campaign a")
		r.hears("-2", "alert b", "summary b")
		r.hears("-3", "campaign c")
		r.hears("-4", "summary d")
		order := map[string]int{}
		for i, m := range r.net.all() {
			order[m.Body.String()] = i
		}
		// What stands behind something in its own chat is not due yet: only the first of each chat are compared.
		first := []string{"alert a1", "alert b", "summary d", "campaign c"}
		if !slices.IsSortedFunc(first, func(x, y string) int { return order[x] - order[y] }) {
			r.Errorf("the order was %v", order)
		}
	})
}

func TestUrgentOvertakesWhatIsClaimed(t *testing.T) {
	each(t, func(r *running) {
		r.net.limits.Workers = 1
		hold := make(chan struct{})
		r.net.hold = hold
		var many []storage.Delivery
		for i := range 50 {
			many = append(many, storage.Delivery{Cause: fmt.Sprint("campaign ", i), ChatID: r.chat(fmt.Sprint(-10 - i)).ID, Priority: storage.Campaign})
		}
		last := r.queue(many...)[40]
		r.start()
		r.becomes(last, storage.Sending)
		r.queue(storage.Delivery{Cause: "alert", ChatID: r.chat("-1").ID})
		if err := r.says("7", "1", "hello"); err != nil {
			r.Fatal(err)
		}
		r.eventually("the alert is claimed", func() bool {
			sending := 0
			_ = r.store.Read(context.Background(), func(tx *storage.Tx) error {
				ids, err := tx.Underway(r.chat("-1").AccountID)
				sending = len(ids)
				return err
			})
			return sending == 52
		})
		close(hold)
		r.hears("-1", "alert")
		all := r.net.all()
		if got := []string{all[1].Body.String(), all[2].Body.String()}; !slices.Equal(got, []string{"echo hello", "alert"}) {
			r.Errorf("after the one that was under way came %q", got)
		}
	})
}

// A crash repeats at most one send of each worker, because a worker waits for the commit of its result.
func TestWorkersWaitForTheCommit(t *testing.T) {
	each(t, func(r *running) {
		hold := make(chan struct{})
		r.net.hold = hold
		var many []storage.Delivery
		for i := range 12 {
			many = append(many, storage.Delivery{Cause: fmt.Sprint(i), ChatID: r.chat(fmt.Sprint(-10 - i)).ID})
		}
		ids := r.queue(many...)
		r.start()
		r.becomes(ids[11], storage.Sending) // all are claimed: no more than results is to be written
		r.eventually("four are under way", func() bool { _, _, underway, _ := r.net.counts(); return underway == 4 })
		free := r.block()
		close(hold)
		r.eventually("four are taken", func() bool { n, _, _, _ := r.net.counts(); return n == 4 })
		r.never("a worker goes on before its result is kept", func() bool { _, tries, _, _ := r.net.counts(); return tries > 4 })
		free()
		r.eventually("all are taken", func() bool { n, _, _, _ := r.net.counts(); return n == 12 })
		for _, id := range ids {
			r.becomes(id, storage.SentState)
		}
		if _, tries, _, most := r.net.counts(); most > 4 || tries != 12 {
			r.Errorf("%d sends, %d at once, want 12 by 4 workers", tries, most)
		}
	})
}

// block keeps everyone from writing deliveries until free is called.
func (r *running) block() (free func()) {
	r.Helper()
	db := r.raw()
	conn, err := db.Conn(context.Background())
	if err != nil {
		r.Fatal(err)
	}
	begin := []string{"BEGIN IMMEDIATE"}
	if r.cfg.Postgres() {
		begin = []string{"BEGIN", "LOCK TABLE deliveries IN EXCLUSIVE MODE"}
	}
	for _, q := range begin {
		if _, err := conn.ExecContext(context.Background(), q); err != nil {
			r.Fatal(err)
		}
	}
	return func() {
		_, err := conn.ExecContext(context.Background(), "ROLLBACK")
		if err := errors.Join(err, conn.Close(), db.Close()); err != nil {
			r.Error(err)
		}
	}
}

func TestFailedSendIsTriedAgain(t *testing.T) {
	each(t, func(r *running) {
		c := r.chat("-1")
		failures := 3
		r.net.refuse = func(messages.Outbound) error {
			if failures--; failures >= 0 {
				return &messages.SendError{Code: "500", Retry: true}
			}
			return nil
		}
		r.start()
		ids := r.queue(storage.Delivery{Cause: "first", ChatID: c.ID}, storage.Delivery{Cause: "second", ChatID: c.ID})
		r.hears("-1", "first", "second")
		if d := r.becomes(ids[0], storage.SentState); d.Attempts != 3 || d.Error != "" || d.MessageID != "m1" {
			r.Errorf("the delivery is %+v", d)
		}
		if got := r.net.all(); got[0].Key == got[1].Key || got[0].Key == "" {
			r.Errorf("two messages have the keys %q and %q", got[0].Key, got[1].Key)
		}
	})
}

func TestNetworksOwnWordOnWhen(t *testing.T) {
	each(t, func(r *running) {
		c := r.chat("-1")
		var refused time.Time
		r.net.refuse = func(messages.Outbound) error {
			if refused.IsZero() {
				refused = time.Now()
				return &messages.SendError{Code: "500", Retry: true, After: 300 * time.Millisecond}
			}
			return nil
		}
		r.start()
		r.queue(storage.Delivery{Cause: "alert", ChatID: c.ID})
		r.hears("-1", "alert")
		if waited := r.net.all()[0].At.Sub(refused); waited < 300*time.Millisecond {
			r.Errorf("tried again after %v", waited)
		}
	})
}

// A slow network claims no more than it is about to send: the rest of a long alert can be withdrawn.
func TestSlowNetworkClaimsLittle(t *testing.T) {
	each(t, func(r *running) {
		r.net.limits.Workers, r.net.limits.Rate, r.net.limits.Jitter = 1, 0.2, 0.5 // as on WhatsApp
		var many []storage.Delivery
		for i := range 40 {
			many = append(many, storage.Delivery{Cause: "alert", ChatID: r.chat(fmt.Sprint(-1 - i)).ID})
		}
		r.queue(many...)
		r.start()
		r.eventually("the first is sent", func() bool { n, _, _, _ := r.net.counts(); return n == 1 })
		r.never("more than two are claimed", func() bool {
			underway := 0
			_ = r.store.Read(context.Background(), func(tx *storage.Tx) error {
				ids, err := tx.Underway(r.chat("-1").AccountID)
				underway = len(ids)
				return err
			})
			return underway > 2
		})
		r.write(func(tx *storage.Tx) error {
			n, err := tx.CancelCause("alert", noon)
			if n < 37 {
				r.Errorf("only %d of 40 could be withdrawn", n)
			}
			return err
		})
		if err := r.says("7", "1", "hello"); err != nil {
			r.Fatal(err)
		}
		r.hears("7", "echo hello")
	})
}

// With one worker there is one send at a time, and whatever comes in meanwhile the most urgent is next.
func TestOneSendAtATimeByPriority(t *testing.T) {
	each(t, func(r *running) {
		r.net.limits.Workers, r.net.limits.Rate = 1, 0
		step := make(chan struct{})
		r.net.hold = step
		priorities := []storage.Priority{storage.Campaign, storage.Summary, storage.Reminder, storage.Feedback, storage.Urgent}
		var many []storage.Delivery
		for i := range 40 {
			p := priorities[i%len(priorities)]
			many = append(many, storage.Delivery{Cause: fmt.Sprintf("%d.%02d", p, i), ChatID: r.chat(fmt.Sprint(-1 - i)).ID, Priority: p})
		}
		ids := r.queue(many...)
		r.start()
		r.becomes(ids[0], storage.Sending)
		for i := range 41 {
			r.eventually("one is under way", func() bool { _, tries, underway, _ := r.net.counts(); return underway == 1 && tries == i+1 })
			if i == 20 {
				if err := r.says("7", "1", "hello"); err != nil {
					r.Fatal(err)
				}
			}
			step <- struct{}{}
		}
		var order []string
		for _, m := range r.net.all() {
			order = append(order, m.Body.String())
		}
		if _, _, _, most := r.net.counts(); most != 1 {
			r.Errorf("%d sends at once", most)
		}
		answer := slices.Index(order, "echo hello")
		if answer != 21 {
			r.Errorf("the answer was number %d, want the next after the 20th: %v", answer, order)
		}
		if order = slices.Delete(order, answer, answer+1); !slices.IsSorted(order[1:]) { // the first was alone
			r.Errorf("the order was %v", order)
		}
	})
}

func TestCancelledIsNotSent(t *testing.T) {
	each(t, func(r *running) {
		r.net.limits.Workers, r.net.limits.Rate = 1, 0
		author := r.author()
		hold := make(chan struct{})
		r.net.hold = hold
		r.start()
		r.queue(storage.Delivery{Cause: "first", ChatID: r.chat("-1").ID, PersonID: &author})
		r.eventually("one is under way", func() bool { _, _, underway, _ := r.net.counts(); return underway == 1 })
		r.queue(storage.Delivery{Cause: "second", ChatID: r.chat("-1").ID, PersonID: &author})
		r.write(func(tx *storage.Tx) error {
			n, err := tx.CancelOf(author, noon)
			if n != 1 {
				r.Errorf("cancelled %d", n)
			}
			return err
		})
		close(hold)
		r.hears("-1", "first")
		r.never("a cancelled message is sent", func() bool { return len(r.net.heard("-1")) > 1 })
	})
}
