//! N10: what the portal writes by mail. The texts are those of the messages; a mail holds no name and no address of the
//! account.

use crate::records::{Notice, delete_mail, list_mails};
use crate::texts;
use ontario_language::Language;
use portal_front::{Front, Letter, LetterLine, MailFolder, PortalError};

/// Writes every mail that waits. One whose file was written and whose row stayed is written again over the same file.
pub(crate) async fn deliver(front: &Front, folder: &MailFolder) -> Result<(), PortalError> {
    for mail in front.database.read(list_mails).await? {
        let id = mail.id;
        if let Some(notice) = Notice::from_code(&mail.kind) {
            let about = mail.service.as_deref();
            let part = |language: Language| {
                vec![
                    LetterLine::Words(texts::notice_text(language, notice, about, mail.day)),
                    LetterLine::Words(texts::mail_link(language).to_owned()),
                    LetterLine::Link(format!("{}/{}/home", front.settings.base_url, language.code())),
                ]
            };
            let subject = |language| texts::notice_subject(language, Some(notice), about, mail.day);
            folder.write(Letter {
                name: format!("so-{id}"),
                to: mail.address.clone(),
                language: Language::from_code(&mail.language).unwrap_or_default(),
                at: mail.at,
                subject: Language::ALL.map(subject),
                body: Language::ALL.map(part),
            })?;
        }
        front.database.write(move |c| delete_mail(c, id)).await?;
    }
    Ok(())
}
