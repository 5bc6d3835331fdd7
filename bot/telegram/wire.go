package telegram

import (
	"bytes"
	"encoding/json"
	"errors"
)

// The parts of an update that the bot reads, as https://core.telegram.org/bots/api#update names them. The library's own
// types are far larger and refuse whole answers over kinds that are newer than they are.
type update struct {
	ID           int64         `json:"update_id"`
	Message      *message      `json:"message"`
	ChannelPost  *message      `json:"channel_post"`
	Tap          *tap          `json:"callback_query"`
	MyChatMember *memberChange `json:"my_chat_member"`
	Reacted      *reacted      `json:"message_reaction"`
}

type user struct {
	ID           int64  `json:"id"`
	IsBot        bool   `json:"is_bot"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name"`
	Username     string `json:"username"`
	LanguageCode string `json:"language_code"`
}

type chat struct {
	ID    int64  `json:"id"`
	Type  string `json:"type"`
	Title string `json:"title"`
}

type message struct {
	ID         int64     `json:"message_id"`
	Thread     int64     `json:"message_thread_id"`
	IsTopic    bool      `json:"is_topic_message"`
	From       *user     `json:"from"`
	SenderChat *chat     `json:"sender_chat"`
	Chat       chat      `json:"chat"`
	Date       int64     `json:"date"` // seconds
	ReplyTo    *message  `json:"reply_to_message"`
	Text       string    `json:"text"`
	Caption    string    `json:"caption"`
	Photo      photos    `json:"photo"`
	Document   *document `json:"document"`
	Location   *location `json:"location"`
	Venue      *venue    `json:"venue"`
	Contact    *contact  `json:"contact"`
	MovedTo    int64     `json:"migrate_to_chat_id"`

	Forwarded     present `json:"forward_origin"`
	AutoForwarded present `json:"is_automatic_forward"`
	Topic         present `json:"forum_topic_created"`

	// what the bot doesn't read
	Animation present `json:"animation"`
	Audio     present `json:"audio"`
	Checklist present `json:"checklist"`
	Dice      present `json:"dice"`
	Game      present `json:"game"`
	PaidMedia present `json:"paid_media"`
	Poll      present `json:"poll"`
	Sticker   present `json:"sticker"`
	Story     present `json:"story"`
	Video     present `json:"video"`
	VideoNote present `json:"video_note"`
	Voice     present `json:"voice"`
}

type photoSize struct {
	File   string `json:"file_id"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Size   int64  `json:"file_size,omitempty"` // bytes; 0: not told
}

type photos []photoSize

// largest is the picture in its best size, nil where there is none.
func (p photos) largest() *photoSize {
	var best *photoSize
	for i := range p {
		if best == nil || p[i].Width*p[i].Height > best.Width*best.Height {
			best = &p[i]
		}
	}
	return best
}

type document struct {
	File string `json:"file_id"`
	MIME string `json:"mime_type"`
	Size int64  `json:"file_size"`
}

type location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

type venue struct {
	Location location `json:"location"`
	Title    string   `json:"title"`
}

type contact struct {
	Phone     string `json:"phone_number"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	UserID    int64  `json:"user_id"`
}

type tap struct {
	ID      string   `json:"id"`
	From    user     `json:"from"`
	Message *message `json:"message"` // only chat and message_id where it is too old for Telegram to show
	Data    string   `json:"data"`
}

// reacted is what somebody's reactions to a message were and are: https://core.telegram.org/bots/api#messagereactionupdated
type reacted struct {
	Chat    chat       `json:"chat"`
	Message int64      `json:"message_id"`
	User    *user      `json:"user"`
	Actor   *chat      `json:"actor_chat"` // instead of User: who reacts in a chat's name
	Date    int64      `json:"date"`
	Old     []reaction `json:"old_reaction"`
	New     []reaction `json:"new_reaction"`
}

type reaction struct {
	Emoji string `json:"emoji"` // empty: one of the paid or made ones
}

type memberChange struct {
	Chat chat   `json:"chat"`
	From user   `json:"from"`
	Date int64  `json:"date"`
	Old  member `json:"old_chat_member"`
	New  member `json:"new_chat_member"`
}

type member struct {
	Status   string `json:"status"`
	IsMember bool   `json:"is_member"` // of a restricted one
}

// in tells whether the member is in the chat: https://core.telegram.org/bots/api#chatmember
func (m member) in() bool {
	switch m.Status {
	case "creator", "administrator", "member":
		return true
	case "restricted":
		return m.IsMember
	}
	return false
}

// present tells only that a field was there and not null or false.
type present bool

// UnmarshalJSON takes anything.
func (p *present) UnmarshalJSON(b []byte) error {
	*p = present(!bytes.Equal(b, []byte("null")) && !bytes.Equal(b, []byte("false")))
	return nil
}

// parseUpdate reads one update. An error means that not even its number could be read; readable is false where the
// rest of it could not, so that it can be passed over without holding up what follows.
func parseUpdate(raw []byte) (u update, readable bool, err error) {
	var number struct {
		ID *int64 `json:"update_id"`
	}
	if err := json.Unmarshal(raw, &number); err != nil || number.ID == nil {
		return update{}, false, errors.New("update_id is missing")
	}
	if err := json.Unmarshal(raw, &u); err != nil {
		return update{ID: *number.ID}, false, nil
	}
	return u, true, nil
}
