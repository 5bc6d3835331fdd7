package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// queue puts deliveries into the queue and gives their ids.
func queue(t testing.TB, s *storage.Store, all ...storage.Delivery) []int64 {
	t.Helper()
	ids := make([]int64, len(all))
	write(t, s, func(tx *storage.Tx) error {
		for i, d := range all {
			if d.Cause == "" {
				d.Cause = fmt.Sprintf("cause:%d:%d", d.ChatID, i)
			}
			if d.Priority == 0 {
				d.Priority = storage.Urgent
			}
			d.CreatedAt = 1
			done, err := tx.Queue(d)
			if err != nil {
				return err
			}
			ids[i] = done.ID
		}
		return nil
	})
	return ids
}

func idsOf(claimed []storage.Claimed) []int64 {
	out := make([]int64, len(claimed))
	for i, c := range claimed {
		out[i] = c.Delivery.ID
	}
	return out
}

func due(t testing.TB, s *storage.Store, account int64, at time.Time, limit int) (out []storage.Claimed) {
	t.Helper()
	read(t, s, func(tx *storage.Tx) (err error) {
		out, err = tx.Due(account, at, noon, limit)
		return err
	})
	return out
}

func claim(t testing.TB, s *storage.Store, ids ...int64) {
	t.Helper()
	if err := s.WriteQueue(ctx(), func(tx *storage.Tx) error {
		_, err := tx.Claim("me", ids)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func delivery(t testing.TB, s *storage.Store, id int64) (d storage.Delivery) {
	t.Helper()
	read(t, s, func(tx *storage.Tx) (err error) {
		d, err = tx.Delivery(id)
		return err
	})
	return d
}

func TestDueIsTheFirstOfEachChatByUrgency(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		a, b, c := chat(t, s, "-1"), chat(t, s, "-2"), chat(t, s, "-3")
		later := noon.Add(time.Minute)
		ids := queue(t, s,
			storage.Delivery{ChatID: a.ID, Priority: storage.Campaign},
			storage.Delivery{ChatID: b.ID, Priority: storage.Summary},
			storage.Delivery{ChatID: a.ID, Priority: storage.Urgent},
			storage.Delivery{ChatID: c.ID, Priority: storage.Urgent, NotBefore: later.UnixMilli()},
			storage.Delivery{ChatID: b.ID, Priority: storage.Answer},
			storage.Delivery{ChatID: c.ID, Priority: storage.Feedback},
		)
		check := func(at time.Time, limit int, want ...int64) {
			t.Helper()
			if got := idsOf(due(t, s, a.AccountID, at, limit)); !slices.Equal(got, want) {
				t.Errorf("due are %v, want %v", got, want)
			}
		}
		check(noon, 10, ids[4], ids[2]) // what waits holds up what stands behind it in its chat
		check(later, 10, ids[4], ids[2], ids[3])
		check(later, 2, ids[4], ids[2])
		if got := due(t, s, a.AccountID+1, later, 10); len(got) != 0 {
			t.Errorf("another account has %v to send", got)
		}
		claim(t, s, ids[2])
		check(later, 10, ids[4], ids[3]) // one at a time in a chat
		read(t, s, func(tx *storage.Tx) error {
			got, err := tx.DueIn([]int64{a.ID, b.ID}, a.AccountID, later, noon)
			if !slices.Equal(idsOf(got), []int64{ids[4]}) {
				t.Errorf("due in two chats are %v", idsOf(got))
			}
			lengths, err2 := tx.QueueLength(a.AccountID)
			if lengths[storage.Answer] != 1 || lengths[storage.Urgent] != 1 || lengths[storage.Campaign] != 1 {
				t.Errorf("lengths are %v", lengths)
			}
			underway, err3 := tx.Underway(a.AccountID)
			if !slices.Equal(underway, []int64{ids[2]}) {
				t.Errorf("under way are %v", underway)
			}
			return errors.Join(err, err2, err3)
		})
	})
}

func TestExpiredIsDueBeforeItsTime(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		c := chat(t, s, "-1")
		ids := queue(t, s, storage.Delivery{ChatID: c.ID, NotBefore: noon.Add(time.Hour).UnixMilli(), ExpiresAt: noon.UnixMilli()})
		if got := idsOf(due(t, s, c.AccountID, noon, 1)); !slices.Equal(got, ids) {
			t.Errorf("due are %v: what has expired need not wait to be ended", got)
		}
	})
}

func TestDueKnowsTheOrigin(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		c := chat(t, s, "-1")
		origin := queue(t, s, storage.Delivery{ChatID: c.ID, Priority: storage.Campaign})[0]
		queue(t, s, storage.Delivery{ChatID: c.ID, Cause: "reply", ReplyTo: &origin, ReplyMessage: "m0"})
		got := due(t, s, c.AccountID, noon, 5)
		if len(got) != 1 || got[0].Origin == nil || got[0].Origin.ID != origin || got[0].Origin.State != storage.Queued ||
			got[0].Origin.Priority != storage.Campaign || got[0].Origin.ChatID != c.ID || got[0].Delivery.ReplyMessage != "m0" {
			t.Errorf("due is %+v", got)
		}
		write(t, s, func(tx *storage.Tx) error { return tx.Hurry(origin, storage.Urgent) })
		if got := idsOf(due(t, s, c.AccountID, noon, 5)); !slices.Equal(got, []int64{origin}) {
			t.Errorf("due are %v: the origin goes first now", got)
		}
	})
}

func TestClaimedOnceAndEndedByItsOwner(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		c := chat(t, s, "-1")
		p := person(t, s, "7")
		ids := queue(t, s, storage.Delivery{ChatID: c.ID}, storage.Delivery{ChatID: c.ID}, storage.Delivery{ChatID: c.ID, PersonID: &p.ID})
		write(t, s, func(tx *storage.Tx) error {
			n, err := tx.CancelOf(p.ID, noon)
			if n != 1 {
				t.Errorf("cancelled %d", n)
			}
			return err
		})
		var mu sync.Mutex
		owners := map[int64][]string{}
		var all sync.WaitGroup
		for _, owner := range []string{"a", "b", "c", "d"} {
			all.Go(func() {
				var got map[int64]bool
				err := s.WriteQueue(ctx(), func(tx *storage.Tx) (err error) {
					got, err = tx.Claim(owner, ids)
					return err
				})
				mu.Lock()
				defer mu.Unlock()
				for id := range got {
					owners[id] = append(owners[id], owner)
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if len(owners) != 2 || len(owners[ids[0]]) != 1 || len(owners[ids[1]]) != 1 {
			t.Fatalf("claimed are %v: each once, and not the cancelled one", owners)
		}
		owner := owners[ids[0]][0]
		write(t, s, func(tx *storage.Tx) error {
			n, err := tx.SentAll("somebody else", []storage.Outcome{{ID: ids[0], Message: "x"}}, noon)
			if n != 0 {
				t.Error("somebody else ended it")
			}
			return errors.Join(err, tx.Retry("somebody else", ids[0], 1, 0, "x"))
		})
		write(t, s, func(tx *storage.Tx) error {
			n, err := tx.SentAll(owner, []storage.Outcome{{ID: ids[0], Message: "m'1 \"é\""}}, noon)
			if n != 1 {
				t.Errorf("ended %d", n)
			}
			return err
		})
		if d := delivery(t, s, ids[0]); d.State != storage.SentState || d.MessageID != "m'1 \"é\"" || d.DoneAt != noon.UnixMilli() || d.Owner != "" {
			t.Errorf("sent is %+v", d)
		}
		read(t, s, func(tx *storage.Tx) error {
			d, err := tx.DeliveryOf(c.ID, "m'1 \"é\"")
			if d.ID != ids[0] {
				t.Errorf("the message is of delivery %d", d.ID)
			}
			return err
		})
	})
}

func TestBackToTheQueue(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		a, b, c := chat(t, s, "-1"), chat(t, s, "-2"), chat(t, s, "-3")
		ids := queue(t, s, storage.Delivery{ChatID: a.ID}, storage.Delivery{ChatID: b.ID}, storage.Delivery{ChatID: c.ID})
		claim(t, s, ids...)
		until := noon.Add(time.Minute).UnixMilli()
		write(t, s, func(tx *storage.Tx) error {
			if err := tx.Retry("me", ids[0], 2, until, "500"); err != nil {
				return err
			}
			return tx.Postpone("me", []storage.Wait{{ID: ids[1], Until: until}})
		})
		if d := delivery(t, s, ids[0]); d.State != storage.Queued || d.Attempts != 2 || d.NotBefore != until || d.Error != "500" || d.Owner != "" {
			t.Errorf("tried again is %+v", d)
		}
		if d := delivery(t, s, ids[1]); d.State != storage.Queued || d.NotBefore != until || d.Attempts != 0 {
			t.Errorf("postponed is %+v", d)
		}
		write(t, s, func(tx *storage.Tx) error { // a process that lost the account changes nothing of its successor's
			return tx.Postpone("you", []storage.Wait{{ID: ids[2], Until: until}})
		})
		if d := delivery(t, s, ids[2]); d.State != storage.Sending || d.Owner != "me" {
			t.Errorf("claimed by another is %+v", d)
		}
		write(t, s, func(tx *storage.Tx) error {
			n, err := tx.Recover(a.AccountID)
			if n != 1 {
				t.Errorf("recovered %d", n)
			}
			return err
		})
	})
}

func TestEndedOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		c := chat(t, s, "-1")
		id := queue(t, s, storage.Delivery{ChatID: c.ID})[0]
		for i, want := range []bool{true, false} {
			write(t, s, func(tx *storage.Tx) error {
				mine, err := tx.Finish("me", id, storage.Failed, 3, "403", noon)
				if mine != want {
					t.Errorf("time %d ended it: %v", i+1, mine)
				}
				return err
			})
		}
		if d := delivery(t, s, id); d.State != storage.Failed || d.Attempts != 3 || d.Error != "403" {
			t.Errorf("ended is %+v", d)
		}
	})
}

func TestQueuedOnceForACauseChatAndPart(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		c := chat(t, s, "-1")
		first := queue(t, s, storage.Delivery{ChatID: c.ID, Cause: "same"})[0]
		claim(t, s, first)
		write(t, s, func(tx *storage.Tx) error {
			again, err := tx.Queue(storage.Delivery{ChatID: c.ID, Cause: "same", Priority: storage.Answer, CreatedAt: 2})
			if again.ID != first || again.State != storage.Sending || again.Priority != storage.Urgent || again.Action != messages.Send {
				t.Errorf("the second time it is %+v", again)
			}
			return err
		})
	})
}

func TestFanOutByLanguageOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		areas := district(t, s)
		in := []int64{areas["Bergen"].ID, areas["Schoorl"].ID}
		link := func(address, lang string, area int64) storage.Chat {
			c := chat(t, s, address)
			write(t, s, func(tx *storage.Tx) error {
				return errors.Join(tx.LinkChat(c.ID, area, "", noon), tx.SetChatLanguage(c.ID, lang))
			})
			return c
		}
		dutch, english := link("-1", "", in[0]), link("-2", "en", in[1])
		link("-3", "nl", areas["Egmond"].ID)
		gone := link("-4", "nl", in[0])
		write(t, s, func(tx *storage.Tx) error { return tx.ChatGone(gone.ID, noon) })
		p := person(t, s, "7")
		send := func(target storage.Target, cause string) (n int64) {
			t.Helper()
			write(t, s, func(tx *storage.Tx) error {
				n = 0
				variants, err := tx.Variants(target, "nl")
				if err != nil {
					return err
				}
				for v, chats := range variants {
					if chats != 1 {
						t.Errorf("%d chats want %v", chats, v)
					}
					texts, err := tx.StoreText(cause, v, []messages.Part{
						{Body: messages.Rich{{Text: cause + v.Language}}}, {Body: messages.Rich{{Text: "second part"}}},
					})
					if err != nil {
						return err
					}
					post := storage.Post{Cause: cause, Priority: storage.Urgent, PersonID: p.ID, Expires: noon.Add(time.Hour), Now: noon}
					more, err := tx.FanOut(post, target, v, "nl", texts)
					if err != nil {
						return err
					}
					n += more
				}
				return nil
			})
			return n
		}
		if n := send(storage.AdminGroups(in), "alert:1"); n != 4 {
			t.Errorf("queued %d deliveries, want two parts for two chats", n)
		}
		if n := send(storage.AdminGroups(in), "alert:1"); n != 0 {
			t.Errorf("the second time %d are queued", n)
		}
		read(t, s, func(tx *storage.Tx) error {
			waiting, err := tx.Waiting(10)
			for _, c := range waiting {
				want := "alert:1nl"
				if c.Chat.ID == english.ID {
					want = "alert:1en"
				}
				if c.Delivery.Part == 1 && c.Part.Body.String() != want || c.Delivery.ExpiresAt != noon.Add(time.Hour).UnixMilli() ||
					c.Delivery.PersonID == nil || *c.Delivery.PersonID != p.ID {
					t.Errorf("%+v has the text %q, want %q", c.Delivery, c.Part.Body, want)
				}
			}
			return err
		})
		first := due(t, s, dutch.AccountID, noon, 10)[0]
		write(t, s, func(tx *storage.Tx) error { // it failed in one chat: what follows doesn't go there
			_, err := tx.Finish("me", first.Delivery.ID, storage.Failed, 1, "400", noon)
			return err
		})
		if n := send(storage.WhereItWent("alert:1"), "feedback:1"); n != 2 {
			t.Errorf("queued %d deliveries, want two parts for the chat that gets the alert", n)
		}
		read(t, s, func(tx *storage.Tx) error {
			states, err := tx.Delivered("alert:1")
			if states[storage.Failed] != 1 || states[storage.Queued] != 1 {
				t.Errorf("states are %v", states)
			}
			waiting, err2 := tx.Waiting(10)
			for _, c := range waiting {
				if c.Delivery.Cause != "feedback:1" {
					continue
				}
				origin, err := tx.Delivery(*c.Delivery.ReplyTo)
				if err != nil || origin.Cause != "alert:1" || origin.Part != 1 || origin.ChatID != c.Chat.ID {
					t.Errorf("feedback answers %+v, %v", origin, err)
				}
			}
			return errors.Join(err, err2)
		})
	})
}

func TestQueuedWakesTheOutbox(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLite(t))
	c := chat(t, s, "-1")
	woken := 0
	s.WhenQueued(func() { woken++ })
	queue(t, s, storage.Delivery{ChatID: c.ID})
	if woken != 1 {
		t.Errorf("woken %d times by a delivery that waits", woken)
	}
	queue(t, s, storage.Delivery{ChatID: c.ID, Cause: "claimed", State: storage.Sending, Owner: "me"})
	err := s.Write(ctx(), func(tx *storage.Tx) error {
		if _, err := tx.Queue(storage.Delivery{ChatID: c.ID, Cause: "never", CreatedAt: 1}); err != nil {
			return err
		}
		return errors.New("rolled back")
	})
	if err == nil || woken != 1 {
		t.Errorf("woken %d times, also by what does not wait: %v", woken, err)
	}
}
