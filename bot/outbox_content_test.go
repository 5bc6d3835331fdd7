package bot

import (
	"context"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

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

func TestChangeThatCantBeMadeIsSaidAnew(t *testing.T) {
	each(t, func(r *running) {
		r.net.refuse = func(m messages.Outbound) error {
			if m.Action == messages.Edit && m.To.Chat == "-1" {
				return &messages.SendError{Code: "not_found"} // somebody deleted it
			}
			return nil
		}
		gone, moving := r.chat("-1"), r.chat("-2")
		sent := r.queue(storage.Delivery{Cause: "alert", ChatID: gone.ID}, storage.Delivery{Cause: "alert", ChatID: moving.ID})
		r.start()
		r.hears("-1", "alert")
		r.hears("-2", "alert")
		for _, id := range sent {
			r.becomes(id, storage.SentState)
		}
		if err := r.store.Write(context.Background(), func(tx *storage.Tx) error { return tx.MoveChat(moving.ID, "-1002") }); err != nil {
			r.Fatal(err)
		}
		ids := r.queue(
			storage.Delivery{Cause: "looks", ChatID: gone.ID, Action: messages.Edit, ReplyTo: &sent[0]},
			storage.Delivery{Cause: "correction", ChatID: gone.ID, Action: messages.Edit, ReplyTo: &sent[0], Anew: true},
			storage.Delivery{Cause: "correction", ChatID: moving.ID, Action: messages.Edit, ReplyTo: &sent[1], Anew: true},
		)
		r.becomes(ids[0], storage.Failed) // only what is to be said anew is
		r.hears("-1", "alert", "correction")
		r.hears("-1002", "correction")
		for _, m := range r.net.all() {
			if m.Body.String() == "correction" && (m.Action != messages.Send || (m.ReplyTo == "") != (m.To.Chat == "-1002")) {
				r.Errorf("in %s it is said as %+v", m.To.Chat, m)
			}
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

func TestDocumentGoesByItsBytes(t *testing.T) {
	each(t, func(r *running) {
		data, chat := []byte("Groep;Telefoon\r\n"), r.chat("-1").ID
		queue := func(cause, key string) (id int64) {
			part := messages.Part{Body: messages.Rich{{Text: cause}}, Document: &messages.Document{Name: "x.csv", Type: messages.CSV, Key: key}}
			r.write(func(tx *storage.Tx) error {
				d, err := queueText(tx, storage.Delivery{Cause: cause, ChatID: chat}, part)
				id = d.ID
				return err
			})
			return id
		}
		key := ""
		r.write(func(tx *storage.Tx) (err error) {
			key, err = tx.PutDocument(data, noon)
			return err
		})
		list, erased := queue("list", key), queue("erased", "gone")
		r.start()
		r.becomes(list, storage.SentState)
		if got := r.net.all()[0].Document; got == nil || string(got.Data) != string(data) || got.Name != "x.csv" || got.Type != messages.CSV {
			r.Errorf("the document went as %+v", got)
		}
		if d := r.becomes(erased, storage.Failed); d.Error != codeNoDocument {
			r.Errorf("a document that was erased is %+v", d)
		}
	})
}

func TestChartThatCantBeDrawnLeavesItsText(t *testing.T) {
	each(t, func(r *running) {
		chat := r.chat("-1").ID
		r.write(func(tx *storage.Tx) error {
			for cause, bars := range map[string]int{"drawn": 2, "too long": 1000} {
				part := messages.Part{Body: messages.Rich{{Text: cause}}, Chart: &messages.Drawing{Bars: make([]messages.DrawnBar, bars)}}
				if _, err := queueText(tx, storage.Delivery{Cause: cause, ChatID: chat}, part); err != nil {
					return err
				}
			}
			return nil
		})
		r.start()
		r.eventually("both are sent", func() bool { return len(r.net.all()) == 2 })
		for _, m := range r.net.all() {
			if drawn := m.Photo != nil && m.Photo.Type() == "image/png"; drawn != (m.Body.String() == "drawn") {
				r.Errorf("%q goes out with %+v", m.Body.String(), m.Photo)
			}
		}
	})
}
