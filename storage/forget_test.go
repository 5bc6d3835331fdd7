package storage_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// people sets up an area with a keeper and an admin, each with a private chat.
func people(t *testing.T, s *storage.Store) (area int64, keeper, admin storage.Person, private storage.Chat) {
	t.Helper()
	write(t, s, func(tx *storage.Tx) error {
		err := tx.Import(storage.Structure{Municipalities: []storage.MunicipalityEntry{{Name: "Lisse", Areas: []storage.AreaEntry{{Name: "Lisse"}}}}})
		if err != nil {
			return err
		}
		areas, err := tx.Areas()
		if err != nil {
			return err
		}
		area = areas[0].ID
		for user, into := range map[string]*storage.Person{"1": &keeper, "2": &admin} {
			at := messages.Address{Platform: "telegram", Account: "9", Chat: user}
			c, err := tx.EnsureChat(at, messages.Direct, "", noon)
			if err != nil {
				return err
			}
			if *into, err = tx.EnsurePerson(c.AccountID, messages.Sender{ID: user, Name: "Naam" + user}, &c.ID, noon); err != nil {
				return err
			}
			if user == "2" {
				private = c
			}
		}
		return nil
	})
	return area, keeper, admin, private
}

// say queues a text for a chat.
func say(tx *storage.Tx, cause string, chat int64, state storage.DeliveryState) error {
	texts, err := tx.StoreText(cause, storage.Variant{Platform: "telegram", Language: "nl"}, []messages.Part{{Body: messages.Rich{{Text: cause}}}})
	if err != nil {
		return err
	}
	d := storage.Delivery{Cause: cause, ChatID: chat, TextID: &texts[0], Priority: storage.Answer, State: state, CreatedAt: noon.UnixMilli()}
	if state == storage.SentState {
		d.DoneAt = noon.UnixMilli()
	}
	_, err = tx.Queue(d)
	return err
}

func TestForgetLeavesOnlyCounts(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		area, keeper, admin, private := people(t, s)
		in := messages.Inbound{ID: "now", At: messages.Address{Platform: "telegram", Account: "9", Chat: "2"}, From: messages.Sender{ID: "2"}}
		write(t, s, func(tx *storage.Tx) error {
			for _, g := range []storage.Group{{Name: "Een", Status: storage.Verified, Public: true}, {Name: "Twee", Status: storage.Unverified}} {
				g.AreaID, g.PersonID = area, &admin.ID
				saved, _, err := tx.SaveGroup(g, "+31612345678")
				if err != nil {
					return err
				}
				kc, err := tx.PrivateChat(keeper.ID)
				if err != nil {
					return err
				}
				if err := say(tx, storage.GroupCause(saved.ID)+":ask", kc.ID, storage.Queued); err != nil {
					return err
				}
			}
			for _, id := range []string{"before", "now"} {
				old := in
				old.ID = id
				if _, err := tx.Arrive(old, noon); err != nil {
					return err
				}
			}
			if err := say(tx, "in:old", private.ID, storage.SentState); err != nil {
				return err
			}
			if err := tx.AddInvite(storage.Invite{Role: storage.Officer, Scope: storage.Scope{AreaID: &area}, CreatedBy: &admin.ID, ExpiresAt: noon.Add(time.Hour).UnixMilli()}, "ABCDEFGH"); err != nil {
				return err
			}
			if err := tx.Forget(admin.ID, in, noon); err != nil {
				return err
			}
			return say(tx, "in:last", private.ID, storage.Queued)
		})
		write(t, s, func(tx *storage.Tx) error {
			if _, err := tx.Person(admin.ID); !errors.Is(err, storage.ErrNotFound) {
				return fmt.Errorf("the person is still there: %w", err)
			}
			groups, err := tx.GroupsIn([]int64{area}, storage.Verified, storage.Unverified, storage.Declined)
			if err != nil || len(groups) != 1 {
				return fmt.Errorf("%d groups are left: %w", len(groups), err)
			}
			if g := groups[0]; g.Name != "" || len(g.Phone) > 0 || len(g.PhoneHash) > 0 || g.PersonID != nil || g.Public || g.Status != storage.Verified {
				return fmt.Errorf("the group still tells of its admin: %+v", g)
			}
			if _, err := tx.UseInvite("ABCDEFGH", keeper.ID, noon); !errors.Is(err, storage.ErrNotFound) {
				return fmt.Errorf("the code still works: %w", err)
			}
			if first, err := tx.Arrive(in, noon); err != nil || first {
				return fmt.Errorf("the message would be handled again: %v, %w", first, err)
			}
			waiting, err := tx.Waiting(10)
			if err != nil || len(waiting) != 1 || waiting[0].Delivery.Cause != "in:last" {
				return fmt.Errorf("waiting is %v: %w", waiting, err)
			}
			next, err := tx.NextToPurge()
			if err != nil || !next.Equal(noon.Add(time.Hour)) {
				return fmt.Errorf("the chat goes at %v: %w", next, err)
			}
			return errors.Join(tx.PurgeChats(next), stays(tx, private, true), tx.Done(waiting[0].Delivery.ID, storage.SentState, "m", "", next),
				tx.PurgeChats(next.Add(time.Hour)), stays(tx, private, false))
		})
	})
}

// stays tells when a chat is not there as it should be.
func stays(tx *storage.Tx, c storage.Chat, want bool) error {
	_, err := tx.Chat(c.ID)
	if got := err == nil; got != want {
		return fmt.Errorf("chat is there: %v: %w", got, err)
	}
	return nil
}

func TestComingBackKeepsTheChat(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		_, _, admin, private := people(t, s)
		write(t, s, func(tx *storage.Tx) error {
			if err := tx.Forget(admin.ID, messages.Inbound{ID: "1"}, noon); err != nil {
				return err
			}
			_, err := tx.EnsurePerson(private.AccountID, messages.Sender{ID: "2", Name: "Anna"}, &private.ID, noon)
			return errors.Join(err, tx.PurgeChats(noon.Add(time.Hour)), stays(tx, private, true))
		})
	})
}

func TestOldTextsAreErased(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		_, _, admin, private := people(t, s)
		told := func() (n int) {
			t.Helper()
			err := s.Read(context.Background(), func(tx *storage.Tx) error {
				traces, err := tx.TracesOf(admin.ID)
				n = traces.Told
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		write(t, s, func(tx *storage.Tx) error {
			return errors.Join(say(tx, "in:sent", private.ID, storage.SentState), say(tx, "in:waits", private.ID, storage.Queued),
				say(tx, "alert:1", private.ID, storage.SentState), tx.EraseOldTexts(noon))
		})
		if n := told(); n != 3 {
			t.Errorf("%d texts are kept, want 3", n)
		}
		write(t, s, func(tx *storage.Tx) error { return tx.EraseOldTexts(noon.Add(time.Second)) })
		if n := told(); n != 2 {
			t.Errorf("%d texts are kept, want 2: what waits and what was published", n)
		}
	})
}

func TestForgetEmptiesTheChatOfThePage(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		write(t, s, func(tx *storage.Tx) error {
			c, err := tx.EnsureChat(messages.Address{Platform: "webchat", Account: "page", Chat: "visitor"}, messages.Direct, "", noon)
			if err != nil {
				return err
			}
			p, err := tx.EnsurePerson(c.AccountID, messages.Sender{ID: "visitor", Name: "Anna"}, &c.ID, noon)
			if err != nil {
				return err
			}
			if err := tx.SaveWebMessage(storage.WebMessage{Chat: "visitor", ID: 1, Rev: 1, Text: "hallo"}, noon); err != nil {
				return err
			}
			if err := tx.Forget(p.ID, messages.Inbound{ID: "1"}, noon); err != nil {
				return err
			}
			left, err := tx.WebMessages("visitor")
			if err == nil && len(left) != 0 {
				err = fmt.Errorf("%d messages are left on the page", len(left))
			}
			return err
		})
	})
}

func TestForgetKeepsOnlyPlannedSigns(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		area, _, admin, _ := people(t, s)
		write(t, s, func(tx *storage.Tx) error {
			for _, status := range []storage.SignStatus{storage.SignAsked, storage.SignPlanned, storage.SignDeclined} {
				_, err := tx.AddSign(storage.Sign{AreaID: area, PersonID: &admin.ID, Place: "Kerkplein", Reason: "other", Words: "bij mij voor de deur", Count: 1, Status: status})
				if err != nil {
					return err
				}
			}
			if err := tx.Forget(admin.ID, messages.Inbound{ID: "1"}, noon); err != nil {
				return err
			}
			left, err := tx.SignsIn([]int64{area}, storage.SignAsked, storage.SignPlanned, storage.SignDeclined)
			if err == nil && (len(left) != 1 || left[0].Status != storage.SignPlanned || left[0].PersonID != nil || left[0].Words != "") {
				err = fmt.Errorf("left are %+v", left)
			}
			return err
		})
	})
}
