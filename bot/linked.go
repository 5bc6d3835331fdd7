package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/mdp/qrterminal/v3"
	"github.com/nyaruka/phonenumbers"

	"github.com/buurtbode/buurtbode/bot/whatsapp"
	"github.com/buurtbode/buurtbode/locales"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

type pairCommand struct {
	Phone string `help:"The bot's own number: link it with a code that is typed on the phone, instead of a QR code." placeholder:"NUMBER"`
	Text  bool   `help:"Print what the QR code says instead of drawing it."`
}

// Help is what `buurtbode pair --help` adds.
func (pairCommand) Help() string {
	return "On the phone with the bot's number: WhatsApp, Settings, Linked devices, Link a device. Ends with 0 when the number is linked. docs/whatsapp.md says what to weigh first."
}

// Run links a number with the store of keys.
func (c pairCommand) Run(ctx context.Context, a *app) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	phone, err := c.number()
	if err != nil {
		return err
	}
	catalog, err := locales.Load(a.language)
	if err != nil {
		return fmt.Errorf("pair: %w", err)
	}
	store, err := whatsapp.OpenStore(ctx, a.whatsapp.store)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	if number, err := store.Linked(ctx); err != nil {
		return err
	} else if number != "" {
		return a.print("+%s is linked already. To link another number: remove this device on the phone and start the bot once, or move %s away", number, c.where(a))
	}
	number, err := whatsapp.Pair(ctx, whatsapp.Pairing{
		Store: store, Server: a.whatsapp.server, Version: a.whatsapp.version, Phone: phone, About: messages.S("whatsapp.about").Text(catalog, a.language), Log: a.logger(),
		ShowQR:   func(text string, stays time.Duration) { c.show(a, text, stays) },
		ShowCode: func(code string) { c.showCode(a, code) },
	})
	if err != nil {
		return unlessStopped(ctx, err)
	}
	return a.print("+%s is linked. Start the bot with BUURTBODE_WHATSAPP=on", number)
}

// number is the bot's number as WhatsApp wants it: digits, with the country's first.
func (c pairCommand) number() (string, error) {
	if c.Phone == "" {
		return "", nil
	}
	n, err := phonenumbers.Parse(c.Phone, "NL")
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		return "", misused("--phone should be a telephone number such as +31612345678")
	}
	return phonenumbers.Format(n, phonenumbers.E164)[1:], nil
}

func (c pairCommand) where(a *app) string {
	if (storage.Config{Database: a.whatsapp.store}).Postgres() {
		return "the tables that begin with whatsmeow_"
	}
	return a.whatsapp.store
}

func (c pairCommand) show(a *app, text string, stays time.Duration) {
	if c.Text {
		_ = a.print("%s", text)
		return
	}
	_ = a.print("Scan this with the phone that has the bot's number: WhatsApp, Settings, Linked devices, Link a device. It is renewed in %d seconds.", int(stays.Seconds()))
	qrterminal.GenerateHalfBlock(text, qrterminal.L, a.Stdout)
}

func (c pairCommand) showCode(a *app, code string) {
	_ = a.print("On the phone: WhatsApp, Settings, Linked devices, Link a device, Link with phone number instead. Type this code:")
	_ = a.print("%s", code)
}

// whatsappPlatform is the adapter of the number that is linked. done closes its store of keys.
func (a *app) whatsappPlatform(ctx context.Context, store *storage.Store, log *slog.Logger) (w *whatsapp.WhatsApp, done func(), err error) {
	keys, err := whatsapp.OpenStore(ctx, a.whatsapp.store)
	if err != nil {
		return nil, nil, err
	}
	var account string
	w, err = whatsapp.New(ctx, whatsapp.Config{
		Store: keys, Server: a.whatsapp.server, Version: a.whatsapp.version, Rate: a.whatsapp.rate, Log: log, Now: a.Clock(a.bot.Zone).Now,
		Earlier: func(ctx context.Context, chat, id string) (messages.Outbound, time.Time, bool) {
			return earlier(ctx, store, messages.Address{Platform: "whatsapp", Account: account, Chat: chat}, id, log)
		},
	})
	if err != nil {
		_ = keys.Close()
		return nil, nil, err
	}
	account = w.Account()
	return w, func() { _ = keys.Close() }, nil
}

// earlierDelivery is the delivery of a message in a chat, as it reads now, or the one of a change that has an id of its own there.
func earlierDelivery(tx *storage.Tx, chat int64, id string) (d storage.Delivery, action messages.Action, target string, err error) {
	d, err = tx.DeliveryOf(chat, id)
	if err == nil {
		return d, messages.Send, "", nil
	}
	if !errors.Is(err, storage.ErrNotFound) {
		return d, "", "", err
	}
	d, target, err = tx.ChangeOf(chat, id)
	return d, d.Action, target, err
}

// earlier finds what was sent to a chat under the network's id of a message. What was withdrawn since is not there any more.
func earlier(ctx context.Context, store *storage.Store, at messages.Address, id string, log *slog.Logger) (m messages.Outbound, sent time.Time, ok bool) {
	err := store.Read(ctx, func(tx *storage.Tx) error {
		chat, err := tx.FindChat(at)
		if err != nil {
			return err
		}
		d, action, target, err := earlierDelivery(tx, chat.ID, id)
		if err != nil {
			return err
		}
		history, err := tx.HistoryOf(chat.ID, cmp.Or(target, id))
		if err != nil {
			return err
		}
		m = messages.Outbound{To: at, Kind: chat.Kind, Action: action, Target: target, Key: keyFor(d)}
		sent = storage.At(cmp.Or(history.SentAt, d.CreatedAt))
		if action == messages.Withdraw {
			return nil
		}
		if history.Withdrawn || d.TextID == nil {
			return storage.ErrNotFound
		}
		part, err := tx.Text(*d.TextID)
		if err != nil {
			return err
		}
		part = part.For(chat.Kind)
		m.Body, m.Place, m.Choices, m.How, m.Silent, m.ReplyTo = part.Body, part.Place, part.Choices, part.How, part.Silent, d.ReplyMessage
		if action == messages.Send && d.Action == messages.Send && d.ReplyTo != nil { // as it was sent
			origin, err := tx.Delivery(*d.ReplyTo)
			if err != nil && !errors.Is(err, storage.ErrNotFound) {
				return err
			}
			if origin.ChatID == chat.ID && origin.MessageID != "" {
				m.ReplyTo = origin.MessageID
			}
		}
		if part.Document != nil {
			m.Document = part.Document
			m.Document.Data, err = tx.Document(part.Document.Key)
			if errors.Is(err, storage.ErrNotFound) { // it was erased: the message can be quoted, but not sent again
				return nil
			}
			return err
		}
		if part.Photo == "" {
			return nil
		}
		m.Photo = &messages.Photo{SHA256: part.Photo}
		if m.Photo.File, err = tx.PhotoFile(part.Photo, chat.AccountID); err != nil || m.Photo.File != "" {
			return err
		}
		m.Photo.Data, err = tx.Photo(part.Photo)
		return err
	})
	if err != nil {
		if !errors.Is(err, storage.ErrNotFound) {
			log.Error("an earlier message could not be looked up", "platform", at.Platform, "error", err)
		}
		return messages.Outbound{}, time.Time{}, false
	}
	return m, sent, true
}

// checkLink finds out whether WhatsApp has a number, and gives its adapter where it has.
func (d *doctor) checkLink(ctx context.Context) (*whatsapp.WhatsApp, func()) {
	if !d.whatsapp.on {
		return nil, nil
	}
	inFile := !(storage.Config{Database: d.whatsapp.store}).Postgres()
	if _, err := os.Stat(d.whatsapp.store); inFile && errors.Is(err, fs.ErrNotExist) {
		d.wrong("whatsapp: no number is linked yet: buurtbode pair")
		return nil, nil
	}
	w, done, err := d.whatsappPlatform(ctx, nil, slog.New(slog.DiscardHandler))
	switch {
	case errors.Is(err, whatsapp.ErrNotLinked):
		d.wrong("whatsapp: no number is linked yet: buurtbode pair")
	case err != nil:
		d.wrong("whatsapp: %v", err)
	default:
		return w, done
	}
	return nil, nil
}
