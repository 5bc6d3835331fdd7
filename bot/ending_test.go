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
