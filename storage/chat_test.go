package storage_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestChatIsKeptAndComesBack(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		c := chat(t, s, "-5")
		write(t, s, func(tx *storage.Tx) error { return tx.ChatGone(c.ID, noon) })
		write(t, s, func(tx *storage.Tx) error {
			if d, err := tx.Queue(storage.Delivery{Cause: "x", ChatID: c.ID, CreatedAt: 1}); err != nil || d.ID != 0 {
				t.Errorf("queued %d for a chat that is gone, %v", d.ID, err)
			}
			return nil
		})
		write(t, s, func(tx *storage.Tx) error {
			again, err := tx.EnsureChat(at("-5"), messages.Group, "", noon)
			if err == nil && (again.ID != c.ID || again.State != storage.ChatActive || again.Title != "chat -5") {
				t.Errorf("who speaks again is %+v", again)
			}
			return err
		})
		read(t, s, func(tx *storage.Tx) error {
			if _, err := tx.FindChat(at("-6")); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("an unknown chat gives %v", err)
			}
			_, err := tx.FindChat(at("-5"))
			return err
		})
	})
}

func TestSameChatAndPersonAtOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				err := s.Write(ctx(), func(tx *storage.Tx) error {
					c, err := tx.EnsureChat(at("7"), messages.Direct, "", noon)
					if err != nil {
						return err
					}
					_, err = tx.EnsurePerson(c.AccountID, messages.Sender{ID: "7", Name: "Anna"}, &c.ID, noon)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		read(t, s, func(tx *storage.Tx) error {
			c, err := tx.FindChat(at("7"))
			if err != nil {
				return err
			}
			p, err := tx.FindPerson(c.AccountID, "7")
			if err == nil && (c.ID == 0 || p.ID == 0) {
				t.Error("no chat or no person")
			}
			return err
		})
	})
}

func TestMovedChatTakesTheOtherOneIn(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		areas := district(t, s)
		area := areas["Schoorl"].ID
		old, other := chat(t, s, "-5"), chat(t, s, "-1005")
		p := person(t, s, "7")
		queue := func(c storage.Chat, cause string) (d storage.Delivery) {
			write(t, s, func(tx *storage.Tx) (err error) {
				d, err = tx.Queue(storage.Delivery{Cause: cause, ChatID: c.ID, Priority: storage.Urgent, CreatedAt: 1})
				return err
			})
			return d
		}
		queue(old, "both")
		queue(other, "both")
		moved := queue(other, "other only")
		write(t, s, func(tx *storage.Tx) error {
			if _, err := tx.StartForm(p.ID, "register", other.ID, noon.Add(time.Hour)); err != nil {
				return err
			}
			return tx.LinkChat(other.ID, area, "topic", noon)
		})
		write(t, s, func(tx *storage.Tx) error { return tx.MoveChat(old.ID, "-1005") })
		write(t, s, func(tx *storage.Tx) error { return tx.MoveChat(old.ID, "-1005") }) // told twice
		read(t, s, func(tx *storage.Tx) error {
			c, err := tx.FindChat(at("-1005"))
			if err != nil {
				return err
			}
			if c.ID != old.ID || c.AreaID == nil || *c.AreaID != area || c.Thread != "topic" {
				t.Errorf("the chat is %+v: it lost the area that it was linked to under its new address", c)
			}
			if _, err := tx.FindChat(at("-5")); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("the old address gives %v", err)
			}
			d, err := tx.Delivery(moved.ID)
			if err != nil || d.ChatID != old.ID {
				t.Errorf("what waited for the other address is %+v, %v", d, err)
			}
			waiting, err := tx.Waiting(10)
			if len(waiting) != 2 {
				t.Errorf("%d messages wait, want 2", len(waiting))
			}
			return err
		})
	})
}

func TestMovedChatKeepsItsOwnArea(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		areas := district(t, s)
		old, other := chat(t, s, "-5"), chat(t, s, "-1005")
		own := areas["Bergen"].ID
		write(t, s, func(tx *storage.Tx) error {
			if err := tx.LinkChat(old.ID, own, "", noon); err != nil {
				return err
			}
			return tx.SetLeaveAt(other.ID, noon.Add(time.Hour))
		})
		write(t, s, func(tx *storage.Tx) error { return tx.MoveChat(old.ID, "-1005") })
		read(t, s, func(tx *storage.Tx) error {
			c, err := tx.FindChat(at("-1005"))
			if err == nil && (c.AreaID == nil || *c.AreaID != own || c.LeaveAt != 0) {
				t.Errorf("the chat is %+v", c)
			}
			return err
		})
	})
}

func TestChatsOfAreasAndThoseToLeave(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		areas := district(t, s)
		area := areas["Bergen"].ID
		linked, loose := chat(t, s, "-5"), chat(t, s, "-6")
		var channel storage.Chat
		write(t, s, func(tx *storage.Tx) (err error) {
			if channel, err = tx.EnsureChat(at("-7"), messages.Channel, "News", noon); err != nil {
				return err
			}
			return errors.Join(
				tx.SetLeaveAt(linked.ID, noon.Add(time.Hour)), tx.LinkChat(linked.ID, area, "", noon), tx.SetChatLanguage(linked.ID, "en"),
				tx.SetLeaveAt(loose.ID, noon.Add(time.Hour)), tx.LinkChat(channel.ID, areas["Egmond"].ID, "", noon),
			)
		})
		read(t, s, func(tx *storage.Tx) error {
			groups, err := tx.ChatsOfArea(area)
			if err != nil || len(groups) != 1 || groups[0].Language != "en" || !groups[0].Linked() {
				t.Errorf("admin groups are %+v, %v", groups, err)
			}
			if groups, err = tx.ChatsOfArea(areas["Egmond"].ID); err != nil || len(groups) != 0 {
				t.Errorf("a channel is taken for an admin group: %+v, %v", groups, err)
			}
			for after, want := range map[time.Duration]int{59 * time.Minute: 0, time.Hour: 1} {
				leave, err := tx.ChatsToLeave(noon.Add(after))
				if err != nil || len(leave) != want {
					t.Errorf("after %v %d chats are to be left, want %d: %v", after, len(leave), want, err)
				}
			}
			n, err := tx.LinkedGroups("")
			if err != nil || len(n) != 1 || n[area] != 1 {
				t.Errorf("linked groups are %v, %v", n, err)
			}
			o, err := tx.Overview(noon)
			if err == nil && o.Areas != 5 {
				t.Errorf("the overview is %+v", o)
			}
			return err
		})
	})
}
