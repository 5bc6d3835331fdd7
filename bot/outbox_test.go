package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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
			storage.Delivery{Cause: "campaign a", ChatID: a.ID, Priority: storage.Campaign},
			storage.Delivery{Cause: "summary b", ChatID: b.ID, Priority: storage.Summary},
			storage.Delivery{Cause: "alert a1", ChatID: a.ID},
			storage.Delivery{Cause: "alert a2", ChatID: a.ID},
			storage.Delivery{Cause: "alert b", ChatID: b.ID},
		)
		r.start()
		r.hears("-1", "alert a1", "alert a2", "campaign a")
		r.hears("-2", "alert b", "summary b")
		order := map[string]int{}
		for i, m := range r.net.all() {
			order[m.Body.String()] = i
		}
		if order["alert b"] > order["summary b"] || order["alert a2"] > order["summary b"] || order["summary b"] > order["campaign a"] {
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

func TestFailureIsToldToTheAuthorOnce(t *testing.T) {
	each(t, func(r *running) {
		author := r.author()
		r.net.refuse = func(m messages.Outbound) error {
			switch m.To.Chat {
			case "-1":
				return &messages.SendError{Code: "400"}
			case "-2":
				return &messages.SendError{Code: "500", Retry: true}
			case "-3":
				return errors.New("an adapter that says nothing")
			case "-4":
				panic("an adapter that breaks")
			}
			return nil
		}
		r.start()
		var ids []int64
		for i := range 5 {
			ids = append(ids, r.queue(storage.Delivery{Cause: "alert", ChatID: r.chat(fmt.Sprint(-1 - i)).ID, PersonID: &author})...)
		}
		nobodys := r.queue(storage.Delivery{Cause: "nobody's", ChatID: r.chat("-1").ID})[0]
		for i, code := range []string{"400", "500", "internal", "internal"} {
			d := r.becomes(ids[i], storage.Failed)
			if d.Error != code || i == 1 && d.Attempts != maxTries {
				r.Errorf("chat %d ended with %+v, want %s", -1-i, d, code)
			}
		}
		r.hears("-5", "alert")
		r.becomes(nobodys, storage.Failed)
		got := r.engine.failures()
		slices.Sort(got)
		if want := []string{"alert failed 400", "alert failed 500", "alert failed internal", "alert failed internal"}; !slices.Equal(got, want) {
			r.Errorf("the author heard %q, want %q", got, want)
		}
	})
}

func TestAuthorThatCantBeToldHoldsNothingUp(t *testing.T) {
	each(t, func(r *running) {
		author := r.author()
		r.engine.failed = func(storage.Delivery) error { return errors.New("a bug") }
		r.net.gone["-1"] = true
		r.start()
		id := r.queue(storage.Delivery{Cause: "alert", ChatID: r.chat("-1").ID, PersonID: &author})[0]
		r.becomes(id, storage.Failed)
		r.queue(storage.Delivery{Cause: "next", ChatID: r.chat("-2").ID})
		r.hears("-2", "next")
	})
}

func TestGoneChatIsMarkedAndTheRestCancelled(t *testing.T) {
	each(t, func(r *running) {
		author, c := r.author(), r.chat("-1")
		r.net.gone["-1"] = true
		ids := r.queue(
			storage.Delivery{Cause: "first", ChatID: c.ID, PersonID: &author},
			storage.Delivery{Cause: "second", ChatID: c.ID, PersonID: &author},
		)
		r.start()
		r.becomes(ids[0], storage.Failed)
		r.becomes(ids[1], storage.Cancelled)
		r.eventually("the chat is gone", func() bool {
			gone := false
			_ = r.store.Read(context.Background(), func(tx *storage.Tx) error {
				c, err := tx.Chat(c.ID)
				gone = c.State == storage.ChatGone
				return err
			})
			return gone
		})
		if _, tries, _, _ := r.net.counts(); tries != 1 {
			r.Errorf("%d tries in a chat that is gone", tries)
		}
		if got := r.engine.failures(); !slices.Equal(got, []string{"first failed 403"}) {
			r.Errorf("the author heard %q", got)
		}
	})
}

func TestMovedChatIsFollowedWithWhatWaits(t *testing.T) {
	each(t, func(r *running) {
		c := r.chat("-1")
		r.net.moved["-1"] = "-1001"
		r.start()
		ids := r.queue(storage.Delivery{Cause: "first", ChatID: c.ID}, storage.Delivery{Cause: "second", ChatID: c.ID})
		r.hears("-1001", "first", "second")
		if d := r.becomes(ids[1], storage.SentState); d.ChatID != c.ID || d.Attempts != 0 {
			r.Errorf("the second one is %+v", d)
		}
		if got := r.net.heard("-1"); len(got) != 0 {
			r.Errorf("the old chat heard %q", got)
		}
	})
}

func TestChatThatMovesForEverFailsAtLast(t *testing.T) {
	each(t, func(r *running) {
		author, c := r.author(), r.chat("-1")
		r.net.moved["-1"], r.net.moved["-2"] = "-2", "-1"
		r.start()
		id := r.queue(storage.Delivery{Cause: "alert", ChatID: c.ID, PersonID: &author})[0]
		r.becomes(id, storage.Failed)
		if got := r.engine.failures(); len(got) != 1 {
			r.Errorf("the author heard %q", got)
		}
	})
}

func TestExpiredIsNotSent(t *testing.T) {
	each(t, func(r *running) {
		author := r.author()
		late := noon.Add(time.Hour).UnixMilli()
		ids := r.queue(
			storage.Delivery{Cause: "of yesterday", ChatID: r.chat("-1").ID, ExpiresAt: noon.UnixMilli(), PersonID: &author},
			storage.Delivery{Cause: "in time", ChatID: r.chat("-1").ID, ExpiresAt: late},
			storage.Delivery{Cause: "waits too long", ChatID: r.chat("-2").ID, ExpiresAt: late, NotBefore: time.Now().Add(time.Hour).UnixMilli()},
		)
		r.start()
		r.hears("-1", "in time")
		r.becomes(ids[0], storage.Expired)
		r.clock.forward(time.Hour)
		r.becomes(ids[2], storage.Expired)
		if got := r.engine.failures(); !slices.Equal(got, []string{"of yesterday expired expired"}) {
			r.Errorf("the author heard %q", got)
		}
	})
}

func TestThousandsThatExpiredHoldNothingUp(t *testing.T) {
	each(t, func(r *running) {
		author := r.author()
		var old []storage.Delivery
		for i := range 600 {
			old = append(old, storage.Delivery{Cause: "old", ChatID: r.chat(fmt.Sprint(-10 - i)).ID, ExpiresAt: 1, PersonID: &author})
		}
		r.queue(old...)
		r.queue(storage.Delivery{Cause: "new", ChatID: r.chat("-1").ID})
		r.start()
		r.hears("-1", "new")
		r.eventually("600 failures are told", func() bool { return len(r.engine.failures()) == 600 })
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

func TestUnreadableTextHoldsNothingUp(t *testing.T) {
	each(t, func(r *running) {
		author := r.author()
		ids := r.queue(
			storage.Delivery{Cause: "damaged", ChatID: r.chat("-1").ID, PersonID: &author},
			storage.Delivery{Cause: "whole", ChatID: r.chat("-1").ID},
		)
		db := r.raw()
		if _, err := db.ExecContext(context.Background(), "UPDATE texts SET body = 'x' WHERE cause LIKE 'damaged%'"); err != nil {
			r.Fatal(err)
		}
		if err := db.Close(); err != nil {
			r.Fatal(err)
		}
		r.start()
		r.hears("-1", "whole")
		if d := r.becomes(ids[0], storage.Failed); d.Error != codeNoText {
			r.Errorf("the damaged one is %+v", d)
		}
	})
}

func TestRepliesFindTheirMessage(t *testing.T) {
	each(t, func(r *running) {
		c := r.chat("-1")
		hold := make(chan struct{})
		r.net.hold = hold
		r.start()
		alert := r.queue(storage.Delivery{Cause: "alert", ChatID: c.ID, Priority: storage.Campaign})[0]
		r.eventually("it is under way", func() bool { _, _, underway, _ := r.net.counts(); return underway == 1 })
		other := r.queue(storage.Delivery{Cause: "elsewhere", ChatID: r.chat("-2").ID})[0]
		r.queue( // its origin is being sent, and less urgent
			storage.Delivery{Cause: "feedback", ChatID: c.ID, Priority: storage.Feedback, ReplyTo: &alert},
			storage.Delivery{Cause: "stranger", ChatID: c.ID, Priority: storage.Campaign, ReplyTo: &other},
			storage.Delivery{Cause: "typed", ChatID: c.ID, Priority: storage.Campaign, ReplyMessage: "their7"},
		)
		r.never("an answer overtakes what it answers", func() bool { _, tries, _, _ := r.net.counts(); return tries > 2 })
		close(hold)
		r.hears("-1", "alert", "feedback", "stranger", "typed")
		ids, replies := map[string]string{}, map[string]string{}
		for _, m := range r.net.all() {
			ids[m.Body.String()], replies[m.Body.String()] = m.ID, m.ReplyTo
		}
		if replies["feedback"] != ids["alert"] || replies["stranger"] != "" || replies["typed"] != "their7" || replies["alert"] != "" {
			r.Errorf("the ids are %v, the replies %v", ids, replies)
		}
	})
}

func TestUrgentReplyHurriesItsOrigin(t *testing.T) {
	each(t, func(r *running) {
		c := r.chat("-1")
		origin := r.queue(storage.Delivery{Cause: "campaign", ChatID: c.ID, Priority: storage.Campaign})[0]
		r.queue(storage.Delivery{Cause: "correction", ChatID: c.ID, ReplyTo: &origin})
		r.start()
		r.hears("-1", "campaign", "correction")
		if got := r.net.all(); got[1].ReplyTo != got[0].ID {
			r.Errorf("the correction is %+v", got[1])
		}
		if d := r.becomes(origin, storage.SentState); d.Priority != storage.Urgent {
			r.Errorf("the origin went with priority %d", d.Priority)
		}
	})
}

func TestReplyToWhatFailedIsSentAlone(t *testing.T) {
	each(t, func(r *running) {
		r.net.refuse = func(m messages.Outbound) error {
			if m.Body.String() == "alert" {
				return &messages.SendError{Code: "400"}
			}
			return nil
		}
		c := r.chat("-1")
		alert := r.queue(storage.Delivery{Cause: "alert", ChatID: c.ID})[0]
		r.queue(storage.Delivery{Cause: "feedback", ChatID: c.ID, ReplyTo: &alert})
		r.start()
		r.hears("-1", "feedback")
		if got := r.net.all()[0]; got.ReplyTo != "" {
			r.Errorf("it answers %q", got.ReplyTo)
		}
	})
}

func TestChangesGoToTheirMessage(t *testing.T) {
	each(t, func(r *running) {
		c := r.chat("-1")
		r.net.refuse = func(m messages.Outbound) error {
			if m.Body.String() == "never sent" {
				return &messages.SendError{Code: "400"}
			}
			return nil
		}
		sent := r.queue(storage.Delivery{Cause: "alert", ChatID: c.ID})[0]
		never := r.queue(storage.Delivery{Cause: "never sent", ChatID: c.ID})[0]
		ids := r.queue(
			storage.Delivery{Cause: "corrected", ChatID: c.ID, Action: messages.Edit, ReplyTo: &sent},
			storage.Delivery{Cause: "", ChatID: c.ID, Action: messages.Withdraw, ReplyTo: &sent},
			storage.Delivery{Cause: "buttons", ChatID: c.ID, Action: messages.Unbutton, TargetMessage: "m77", Priority: storage.Housekeeping},
			storage.Delivery{Cause: "of nothing", ChatID: c.ID, Action: messages.Unbutton, ReplyTo: &never, Priority: storage.Housekeeping},
		)
		r.start()
		r.hears("-1", "alert", "edit m1: corrected", "withdraw m1: ", "unbutton m77: buttons")
		if d := r.becomes(ids[3], storage.Cancelled); d.Error != codeNoTarget {
			r.Errorf("buttons of a message that was never sent are %+v", d)
		}
	})
}

func TestLeftChatIsGone(t *testing.T) {
	each(t, func(r *running) {
		c := r.chat("-1")
		id := r.queue(storage.Delivery{Cause: "bye", ChatID: c.ID, Action: messages.LeaveChat})[0]
		r.start()
		r.becomes(id, storage.SentState)
		r.write(func(tx *storage.Tx) error {
			d, err := tx.Queue(storage.Delivery{Cause: "more", ChatID: c.ID, CreatedAt: 1})
			if d.ID != 0 {
				r.Error("something is queued for a chat that was left")
			}
			return err
		})
	})
}

func TestPhotoGoesByItsBytesOnce(t *testing.T) {
	each(t, func(r *running) {
		r.net.limits.Workers = 1
		sha := strings.Repeat("ab", 32)
		r.write(func(tx *storage.Tx) error { return tx.PutPhoto(sha, []byte("jpeg"), noon) })
		photo := func(cause, chat string) (id int64) {
			c := r.chat(chat)
			r.write(func(tx *storage.Tx) error {
				d, err := queueText(tx, storage.Delivery{Cause: cause, ChatID: c.ID}, messages.Part{Body: messages.Rich{{Text: cause}}, Photo: sha})
				id = d.ID
				return err
			})
			return id
		}
		last := func() taken { all := r.net.all(); return all[len(all)-1] }
		r.start()
		r.becomes(photo("one", "-1"), storage.SentState)
		if got := last().Photo; string(got.Data) != "jpeg" || got.File != "" {
			r.Errorf("the first one went as %+v", got)
		}
		r.becomes(photo("two", "-2"), storage.SentState)
		if got := last().Photo; got.Data != nil || got.File == "" {
			r.Errorf("the second one went as %+v", got)
		}
		r.stop()
		r.start()
		r.becomes(photo("three", "-3"), storage.SentState)
		if got := last().Photo; got.Data != nil || got.File == "" {
			r.Errorf("after a restart it went as %+v", got)
		}
		r.net.change(func() { clear(r.net.files) }) // the network forgot it
		if d := r.becomes(photo("four", "-4"), storage.SentState); d.Attempts != 1 {
			r.Errorf("the fourth one is %+v", d)
		}
		if got := last().Photo; string(got.Data) != "jpeg" {
			r.Errorf("the fourth one went as %+v", got)
		}
		c := r.chat("-5")
		var lost storage.Delivery
		r.write(func(tx *storage.Tx) (err error) {
			lost, err = queueText(tx, storage.Delivery{Cause: "five", ChatID: c.ID}, messages.Part{Photo: strings.Repeat("cd", 32)})
			return err
		})
		if d := r.becomes(lost.ID, storage.Failed); d.Error != "no_photo" {
			r.Errorf("a photo that isn't there is %+v", d)
		}
	})
}
